import type { OciSeccomp } from "./oci.ts";

const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);

/** What programs need, by what it touches. All else is refused with EPERM. */
const allowed: readonly string[] = [
  // Files and directories
  ...words(`access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64
    fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr flock
    fremovexattr fsetxattr fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 getxattr lchown
    lgetxattr link linkat listxattr llistxattr lremovexattr lseek lsetxattr lstat mkdir mkdirat mknod mknodat
    name_to_handle_at newfstatat open openat openat2 readahead readlink readlinkat removexattr rename renameat
    renameat2 rmdir setxattr stat statfs statx symlink symlinkat sync sync_file_range syncfs truncate umask unlink
    unlinkat utime utimensat utimes cachestat`),
  // Reading, writing, waiting
  ...words(`epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd
    eventfd2 inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents
    io_pgetevents io_setup io_submit ioctl pipe pipe2 poll ppoll pread64 preadv preadv2 pselect6 pwrite64 pwritev
    pwritev2 read readv select sendfile signalfd signalfd4 splice tee vmsplice write writev fanotify_mark`),
  // Memory
  ...words(`brk get_mempolicy madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall
    mmap mprotect mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect process_mrelease
    remap_file_pages`),
  // Processes, threads, signals
  ...words(`alarm arch_prctl capget capset execve execveat exit exit_group fork futex futex_requeue futex_wait futex_waitv
    futex_wake get_robust_list get_thread_area getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid
    getppid getpriority getresgid getresuid getrlimit getrusage getsid gettid getuid ioprio_get ioprio_set kill
    pause pidfd_getfd pidfd_open pidfd_send_signal prctl prlimit64 process_vm_readv process_vm_writev ptrace
    restart_syscall rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
    rt_sigtimedwait rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
    sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
    sched_setscheduler sched_yield seccomp set_robust_list set_thread_area set_tid_address setfsgid setfsuid setgid
    setgroups setpgid setpriority setregid setresgid setresuid setreuid setrlimit setsid setuid sigaltstack sysinfo
    tgkill times tkill uname vfork wait4 waitid chroot landlock_create_ruleset landlock_add_rule
    landlock_restrict_self`),
  // Time
  ...words(`adjtimex clock_adjtime clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep setitimer
    time timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime
    timerfd_settime`),
  // Sockets and the like
  ...words(`accept accept4 bind connect getpeername getrandom getsockname getsockopt listen mq_getsetattr mq_notify mq_open
    mq_timedreceive mq_timedsend mq_unlink msgctl msgget msgrcv msgsnd recvfrom recvmmsg recvmsg semctl semget semop
    semtimedop sendmmsg sendmsg sendto setsockopt shmat shmctl shmdt shmget shutdown socketpair`),
  "modify_ldt",
];

/** What only 32-bit programs call. A rule for it costs a 64-bit container some of its start time and gives it nothing. */
const allowedToCompatible: readonly string[] =
  words(`chown32 fadvise64_64 fchown32 fcntl64 fstat64 fstatat64 fstatfs64 ftruncate64 lchown32 _llseek lstat64 stat64
  statfs64 sync_file_range2 truncate64 utimensat_time64 io_pgetevents_time64 ppoll_time64 pselect6_time64 _newselect
  sendfile64 mmap2 futex_time64 getegid32 geteuid32 getgid32 getgroups32 getresgid32 getresuid32 getuid32
  rt_sigtimedwait_time64 sched_rr_get_interval_time64 setfsgid32 setfsuid32 setgid32 setgroups32 setregid32
  setresgid32 setresuid32 setreuid32 setuid32 sigprocmask sigreturn ugetrlimit waitpid clock_adjtime64
  clock_getres_time64 clock_gettime64 clock_nanosleep_time64 timer_gettime64 timer_settime64 timerfd_gettime64
  timerfd_settime64 mq_timedreceive_time64 mq_timedsend_time64 recv recvmmsg_time64 semtimedop_time64 send socketcall
  ipc arm_fadvise64_64 arm_sync_file_range breakpoint cacheflush set_tls get_tls`);

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET: a container makes no namespaces. */
const namespaceFlags = 0x7e020000;
const vsock = 40;
const enosys = 38;

/** personality(2) values that only change how a program is shown the machine. */
const personalities = [0x0, 0x0008, 0x20000, 0x20008, 0xffffffff];

/** The machine's own, and the 32-bit one that it runs too. */
const architectures: Readonly<Record<string, readonly [string, string]>> = {
  x64: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
  arm64: ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
};

/**
 * A deny-by-default system call filter. clone3 answers ENOSYS, since its flags cannot be looked into, and C
 * libraries then fall back to clone. Each architecture costs some 7 ms of a container's start, and the calls that
 * 32-bit programs alone make another 3, so both are in it only where `compatibility` asks for it; without it, a
 * 32-bit program is killed at its first system call.
 */
export const seccompProfile = (compatibility: boolean, architecture: string = process.arch): OciSeccomp => {
  const known = architectures[architecture];
  if (known === undefined) throw new Error(`There is no seccomp profile for the architecture ${architecture}`);
  const supported = compatibility ? known : known.slice(0, 1);
  const allow = "SCMP_ACT_ALLOW";
  return {
    defaultAction: "SCMP_ACT_ERRNO",
    defaultErrnoRet: 1,
    architectures: supported,
    syscalls: [
      { names: compatibility ? [...allowed, ...allowedToCompatible] : allowed, action: allow },
      {
        names: ["clone"],
        action: allow,
        args: [{ index: 0, value: namespaceFlags, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" }],
      },
      { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: enosys },
      { names: ["socket"], action: allow, args: [{ index: 0, value: vsock, op: "SCMP_CMP_NE" }] },
      ...personalities.map((value) => ({
        names: ["personality"],
        action: allow,
        args: [{ index: 0, value, op: "SCMP_CMP_EQ" }],
      })),
    ],
  };
};
