/** Times and durations as people write them on a command line. */

/** What `readTime` takes, in words. */
export const TIMES = 'unix seconds or a time like 2026-11-21T01:45:00Z, from 1970 to 9999';

/** 9999-12-31T23:59:59Z: RFC 3339 has no later time, and a name made of one would be no name. */
const LAST_SECOND = 253_402_300_799;

/** Unix seconds of `1732147200` or of an RFC 3339 time from 1970 to 9999; undefined for anything else, days that no calendar has included. */
export function readTime(text: string): number | undefined {
  const seconds = /^\d{1,12}$/.test(text) ? Number(text) : readRfc3339(text);
  return seconds !== undefined && seconds >= 0 && seconds <= LAST_SECOND ? seconds : undefined;
}

function readRfc3339(text: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-](\d\d):(\d\d))$/.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  // JavaScript takes February 30 for March 2, and 24:00 for the next day.
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day < 1 || day > lastDay) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const milliseconds = Date.parse(text.replace(' ', 'T').toUpperCase());
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/** Seconds of a Go duration such as `5m`, `90s` or `1h30m`; undefined for anything else. */
export function readDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g))
    seconds += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  return seconds;
}

/** `12s`, `1m 41s`, `3h 5m`, `2d 4h`: how long something lasts, in the two largest units. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  const [large, small] =
    whole < 3600
      ? [[Math.floor(whole / 60), 'm'] as const, [whole % 60, 's'] as const]
      : whole < 86_400
        ? [[Math.floor(whole / 3600), 'h'] as const, [Math.floor((whole % 3600) / 60), 'm'] as const]
        : [[Math.floor(whole / 86_400), 'd'] as const, [Math.floor((whole % 86_400) / 3600), 'h'] as const];
  return [large, small]
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ');
}
