/** Tables of processes as operating systems print them. Texts in, values out. */

export interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly executable?: string;
  readonly args: readonly string[];
  /** When it started, in a unit of the table's own. */
  readonly started?: number;
}

/** The parent's id in `/proc/PID/stat`, where the second field may hold blanks and parentheses. 0: it has none that can be seen. */
export function parseStat(text: string | undefined): number | undefined {
  const parent = /^\S+ \(.*\) \S (\d+)/s.exec(text ?? '')?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** `ps -o pid=,ppid=,args=` and `ps -o pid=,comm=`. Words of a command line that have blanks come apart here. */
export function parsePs(commandLines: string, executables: string): readonly Row[] {
  const executableOf = new Map(
    executables.split('\n').flatMap((line) => {
      const [, pid, path] = /^\s*(\d+)\s+(.+?)\s*$/.exec(line) ?? [];
      return pid === undefined || path === undefined ? [] : [[Number(pid), path] as const];
    }),
  );
  return commandLines.split('\n').flatMap((line): Row[] => {
    const [, id, parent, text = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (id === undefined) return [];
    const pid = Number(id);
    const executable = executableOf.get(pid);
    const args = text.trim().split(/\s+/);
    return [{ pid, parent: Number(parent), ...(executable !== undefined && { executable }), args }];
  });
}

/** Windows' table of processes as PowerShell's JSON. */
export function parseCim(text: string): readonly Row[] {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return [];
  }
  return [rows].flat().flatMap((row): Row[] => {
    const { ProcessId, ParentProcessId, ExecutablePath, CommandLine, Started } = (row ?? {}) as Record<string, unknown>;
    if (typeof ProcessId !== 'number' || typeof ParentProcessId !== 'number') return [];
    return [
      {
        pid: ProcessId,
        parent: ParentProcessId,
        ...(typeof ExecutablePath === 'string' && { executable: ExecutablePath }),
        ...(typeof Started === 'number' && { started: Started }),
        args: typeof CommandLine === 'string' ? splitWindowsLine(CommandLine) : [],
      },
    ];
  });
}

/** Words of a Windows command line; quotes hold blanks together. */
const splitWindowsLine = (line: string): readonly string[] =>
  (line.match(/(?:"(?:\\.|[^"])*"|[^\s"])+/g) ?? []).map((word) =>
    word.replaceAll(/(?<!\\)"/g, '').replaceAll('\\"', '"'),
  );

/** From `pid` upwards; whole when it ends where the table says that nothing is above. Windows gives the id of a parent that has ended to another process, which is then younger than its child. */
export function ancestorsIn(
  table: readonly Row[],
  pid: number,
): { readonly rows: readonly Row[]; readonly isWhole: boolean } {
  const byId = new Map(table.map((row) => [row.pid, row]));
  const rows: Row[] = [];
  for (let row = byId.get(pid); row !== undefined && !rows.includes(row); ) {
    rows.push(row);
    const parent = byId.get(row.parent);
    row =
      parent !== undefined && (parent.started ?? 0) > (row.started ?? Number.POSITIVE_INFINITY) ? undefined : parent;
  }
  const last = rows.at(-1);
  return { rows, isWhole: last !== undefined && (last.parent === 0 || last.started !== undefined) };
}
