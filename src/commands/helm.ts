/** Runs Helm, for commands that render a chart or ask for a release: `$HELM_BIN`, as Helm tells its plugins, else `helm` on PATH. */
import type { System } from './system.ts';

/** What Helm did not do, and what to do about it. */
export interface HelmFault {
  /** A clause without a period. */
  readonly problem: string;
  /** What Helm said of it; empty where it could not be run. */
  readonly said: string;
  readonly hint?: string;
}

export interface HelmAnswer {
  readonly stdout: Uint8Array;
  /** Warnings and log lines. */
  readonly stderr: string;
}

export function runHelm(words: readonly string[], system: System): HelmAnswer | HelmFault {
  const named = system.env['HELM_BIN'] ?? '';
  const program = named === '' ? 'helm' : named;
  const ran = system.runProgram(program, words);
  if ('error' in ran)
    return ran.isAbsent
      ? {
          problem: named === '' ? 'there is no `helm` on PATH' : `$HELM_BIN is ${named}, and there is no such program`,
          said: '',
          hint: 'install Helm, or say where it is with HELM_BIN=/path/to/helm',
        }
      : { problem: `${program} could not be run: ${ran.error}`, said: '' };
  if (ran.status === 0) return ran;
  return { problem: `\`helm ${words[0]}\` failed`, said: saidIn(ran.stderr, ran.status) };
}

/** What Helm says beside its log lines, less the word before it. */
function saidIn(stderr: string, status: number): string {
  const lines = stderr.split('\n').filter((line) => !/^(?:level=|time=|\S+\.go:\d+: |WARNING: )/.test(line));
  const said = lines.join('\n').trim();
  return said === '' ? `it ended with status ${status}` : said.replace(/^Error: /, '').replace(USELESS, '');
}

const USELESS = /\s*Use --debug flag to render out invalid YAML$/;

/** `4.3.2`; undefined where Helm does not say. */
export function helmVersion(system: System): string | undefined {
  const answer = runHelm(['version', '--template', '{{.Version}}'], system);
  if ('problem' in answer) return undefined;
  return /v([34]\.\d+(?:\.\d+)?)/.exec(system.bytes.utf8(answer.stdout, 0, answer.stdout.length))?.[1];
}
