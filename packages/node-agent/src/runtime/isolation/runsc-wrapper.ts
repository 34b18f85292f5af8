import { sessionExecPrefix } from "../container-ids.ts";
import { vaultBundle } from "../storage/secret-vault.ts";

export interface RunscWrapperOptions {
  /** Absolute path of runsc. */
  readonly runsc: string;
  readonly platform: string;
  /** runsc's own state, one directory per sandbox. */
  readonly root: string;
  /** Of the sandbox's own: pipes, process ids, and what sandboxEnd reads. */
  readonly workDirectory: string;
  readonly sandboxId: string;
  /** Whether the sandbox's first container only holds it open; it then runs as soon as it is created. */
  readonly pause: boolean;
  readonly networkNamespacePath: string;
  /** The cgroup.procs files that the sandbox's process goes into. */
  readonly cgroupProcesses: readonly string[];
  /** A file shown to runsc as /proc/meminfo, so that the sandbox's kernel has the task's memory and no more. */
  readonly meminfo: string;
  /** Where specifications are that must not be on disk. */
  readonly vault?: string;
}

export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * What runsc is run through where it makes or starts a sandbox: inside the task's network namespace, with the
 * kernel parameters hidden by which runsc takes every network namespace for the machine's own, and with the
 * task's memory for the machine's.
 */
export const sandboxLauncher = (networkNamespace: readonly string[], meminfo: string): string =>
  `${networkNamespace.map(quote).join(" ")} unshare -m --propagation slave sh -c 'mount -t tmpfs -o ro none /proc/sys/net/core && mount --bind "$0" /proc/meminfo && exec "$@"' ${quote(meminfo)}`;

/** How runsc words it that a sandbox was killed while it was being started, which ends it with 128 as its refusals do. */
const sandboxKilled = '(failed|start): (EOF|.*(connection refused|connection reset by peer|broken pipe))"';

/**
 * The program that containerd's runc shim takes for runc in one sandbox. runsc has one process for all containers
 * of a sandbox, but the shim watches one process per container: so each container is stood for by a small process
 * that waits to be told, makes and starts it in one go, waits for it and exits as it does. All of it happens in the
 * sandbox's network namespace, since runsc talks to its sandboxes through abstract sockets.
 *
 * A container that cannot be made since its sandbox was killed meanwhile ends like those that were in it.
 *
 * Both streams go into one pipe, which keeps their order, but the second one by an open file of its own: runsc makes
 * what it is given non-blocking, and takes one that is so already for a program's own wish to get EAGAIN.
 */
export const runscWrapper = (options: RunscWrapperOptions): string => {
  const flags = [
    ["--root", options.root],
    ["--platform", options.platform],
    ["--network", "sandbox"],
    ["--log-format", "json"],
  ].flat();
  const runsc = `${quote(options.runsc)} ${flags.map(quote).join(" ")} --ignore-cgroups --net-raw --log "$log"`;
  return `#!/bin/sh
work=${quote(options.workDirectory)}
log=/dev/null
while [ $# -gt 0 ]; do
  case $1 in
    --log) log=$2; shift 2 ;;
    --root | --log-format) shift 2 ;;
    -*) shift ;;
    *) break ;;
  esac
done
command=$1
shift
for last in "$@"; do before=\${id-}; id=$last; done
[ "$command" = kill ] && id=$before
${options.vault === undefined ? "" : vaultBundle(quote(options.vault))}gvisor() { nsenter ${quote(`--net=${options.networkNamespacePath}`)} ${runsc} "$@"; }
launch() {
  for file in ${options.cgroupProcesses.map(quote).join(" ")}; do echo 0 >"$file" || exit 1; done
  exec ${sandboxLauncher(["nsenter", `--net=${options.networkNamespacePath}`], options.meminfo)} ${runsc} --panic-log "$work/panic" "$@"
}
first() { [ "$id" = ${quote(options.sandboxId)} ]; }
refuse() {
  gvisor state ${quote(options.sandboxId)} 2>/dev/null | grep -q '"running"' && exit "$1"
  : >"$work/lost"
  exit 137
}
stand_for() {
  read -r go <"$work/$id.go"
  if first; then
    (launch run "$@")
    code=$?
    [ -s "$work/panic" ] && code=137
  else
    gvisor run --detach "$@" || refuse "$?"
    : >"$work/$id.started"
    code=$(gvisor wait "$id" </dev/null 2>/dev/null)
    code=\${code##*:}
    code=\${code%\\}*}
    [ -n "$code" ] || : >"$work/lost"
  fi
  if [ "\${code:-137}" = 128 ] && grep -q '"level":"error"' "$log"; then
    if grep -Eq ${quote(sandboxKilled)} "$log"; then
      : >"$work/lost"
    else
      [ -e "$work/$id.started" ] || exit 128
    fi
    code=137
  fi
  : >"$work/$id.started"
  exit "\${code:-137}"
}
stand_for_terminal() {
  read -r go <"$work/$id.go"
  gvisor start "$id" || refuse "$?"
  : >"$work/$id.started"
  code=$(gvisor wait "$id" </dev/null 2>/dev/null)
  code=\${code##*:}
  code=\${code%\\}*}
  [ -n "$code" ] || : >"$work/lost"
  exit "\${code:-137}"
}
started() {
  [ -e "$work/$id.started" ] || { first && grep -qs '"status":"running"' ${quote(options.root)}/"$id"_sandbox:"$id".state; }
}

case $command in
  create)
    ${options.pause ? `first && launch run --detach "$@"` : ":"}
    case " $* " in *" --console-socket "*)
      : >"$work/$id.terminal"
      first && launch create "$@"
      ;;
    esac
    left=$#
    while [ "$left" -gt 0 ]; do
      argument=$1
      shift
      left=$((left - 1))
      if [ "$argument" = --pid-file ]; then
        file=$1
        shift
        left=$((left - 1))
      else
        set -- "$@" "$argument"
      fi
    done
    mkfifo -m 600 "$work/$id.go" || exit
    if [ -e "$work/$id.terminal" ]; then
      gvisor create "$@" || exit
      stand_for_terminal &
    else
      exec 3<&0
      stand_for "$@" <&3 3<&- 2>/proc/self/fd/1 &
    fi
    printf %s "$!" >"$work/$id.pid"
    printf %s "$!" >"$file"
    ;;
  start)
    ${options.pause ? "first && exit 0" : ":"}
    [ -e "$work/$id.terminal" ] && first && launch start "$id"
    read -r pid <"$work/$id.pid"
    echo go >"$work/$id.go"
    rm -f "$work/$id.go"
    until started; do
      kill -0 "$pid" 2>/dev/null || { started && exit 0; exit 1; }
      sleep 0.004
    done
    : >"$work/$id.started"
    ;;
  kill)
    gvisor kill "$@" && exit
    code=$?
    [ "$last" = 9 ] && [ -p "$work/$id.go" ] && kill -9 "$(cat "$work/$id.pid")" && exit
    exit "$code"
    ;;
  delete)
    gvisor delete "$@"
    code=$?
    { [ -s "$work/panic" ] || [ -e "$work/lost" ]; } && code=0
    rm -f "$work/$id.go" "$work/$id.started" "$work/$id.terminal" "$work/$id.pid"
    exit "$code"
    ;;
  exec)
    before=
    for argument in "$@"; do
      [ "$before" = --pid-file ] && file=\${argument##*/}
      before=$argument
    done
    case $file in
      ${sessionExecPrefix}*) gvisor exec --internal-pid-file "$work/$id.$file" "$@" ;;
      *) gvisor exec --internal-pid-file "$work/$id.$file" "$@" 2>/proc/self/fd/1 ;;
    esac
    ;;
  *) gvisor "$command" "$@" ;;
esac
`;
};
