/** Where the sandbox's first container finds one file per limited container: its first process and its pages. */
export const limitsPath = "/limits";

export const pageBytes = 4096;

/**
 * A shell script for a sandbox's first container, which sees the processes of all the others. Every quarter of a
 * second it adds up the resident pages of each limited container's process tree and, where they are too many,
 * writes the container's name and kills the tree. The machine's kernel cannot do it: to it a sandbox is one process.
 */
export const memoryWatch = `while sleep 0.25; do
  table=
  for file in /proc/[0-9]*/stat; do
    { IFS= read -r line <"$file"; } 2>/dev/null || continue
    pid=\${file#/proc/}
    set -- \${line##*) }
    table="$table \${pid%/stat}:$2:\${22}"
  done
  for limit in ${limitsPath}/*; do
    [ -f "$limit" ] || continue
    { read -r first pages <"$limit"; } 2>/dev/null || continue
    members=" $first "
    grown=1
    while [ "$grown" = 1 ]; do
      grown=0
      for entry in $table; do
        rest=\${entry#*:}
        case $members in *" \${entry%%:*} "*) continue ;; esac
        case $members in *" \${rest%%:*} "*) members="$members\${entry%%:*} "; grown=1 ;; esac
      done
    done
    total=0
    for entry in $table; do
      case $members in *" \${entry%%:*} "*) total=$((total + \${entry##*:})) ;; esac
    done
    if [ "$total" -gt "$pages" ]; then
      echo "\${limit##*/}"
      kill -9 $members 2>/dev/null
    fi
  done
done`;

/** The lowest process id in what `runsc ps --format json` prints, which is a container's first process. */
export const firstProcess = (output: string): number | undefined => {
  const ids: unknown = JSON.parse(output);
  if (!Array.isArray(ids)) return undefined;
  const processes = ids.filter((id) => Number.isSafeInteger(id) && id > 0);
  return processes.length === 0 ? undefined : Math.min(...processes);
};
