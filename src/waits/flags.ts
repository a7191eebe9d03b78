/** What flags of programs say of their values: a host, or a name that only looks like one. */
const HOST_WORDS = new Set(
  (
    'host hosts hostname server servers addr address addresses endpoint endpoints url uri dsn broker brokers connect node nodes ' +
    'zookeeper'
  ).split(' '),
);
const TWO_WORDS = ['broker-list', 'bootstrap-server', 'bootstrap-servers'];
/** `-h`, `--host`, `--db-host`, `-pg.url`, `--bootstrap-servers`, `--broker-list` */
export function isHostFlag(text: string): boolean {
  if (!text.startsWith('-')) return false;
  const flag = text.toLowerCase();
  if (flag === '-h' || flag === '-s') return true;
  const two = TWO_WORDS.find((words) => flag.endsWith(words) && '-_.'.includes(flag.at(-words.length - 1) ?? ' '));
  const before = flag.length - (two ?? /[^-_.]*$/.exec(flag)?.[0] ?? '').length;
  return (two !== undefined || HOST_WORDS.has(flag.slice(before))) && /^[\w-]*$/.test(flag.slice(0, before - 1));
}
/** `--tag=shop-db:80`: an image, a version or a label has the form of a host with its port. */
export const namesImage = (flag: string): boolean =>
  /^--?(?:[\w.-]+[.-])?(?:tags?|images?|versions?|labels?|selectors?|refs?|digest|annotations?)$/i.test(flag);
