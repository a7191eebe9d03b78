/**
 * Whether letters look like a word or like `randAlpha`: which pairs of letters begin, stand in and end the words of technical English.
 *
 * In comes a run of lower case letters, out comes how many things about it no word has. Of five random letters, 95 of 100 have one
 * at least, of ten, 95 have two; of common words of five letters about one in twenty has one, and those that names of objects use are listed.
 */

/** Each first letter, and the letters that may follow it. */
const table = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(' ').map((row) => [row.slice(0, 1), row.slice(1)]));

const BEGINS = table(
  'abcdfgilmnprstuvw baeiloruy caehilmoprstuy daeioru eacdflmnpqrstvx faceilorsu gaceiloru haeiotuy idglmnost jaeosu kaeinou laeiou maeikosuy naeiopu obcflmnprtuvw paehilorstu qu raeiou sacehiklmnopqrtuwy taehioruwy unpst vaeio waehior yaeo zaei',
);
const INSIDE = table(
  'abcdefghijklmnprstuvwxyz babcdeijlmoprstuy cabcdefghiklmoprstuvy dabcdefghijlmnoprstuvy eabcdefghijklmnopqrstuvwxyz facdefilorstuy gacefghilmnoprsuy hadeilmnorstuy iabcdefgklmnoprstuvxz jaeiosu kaefghilnopstuy labcdefghiklmnoprstuvy mabdeiklmopstuy nabcdefghijklmnoprstuvwyz oabcdefghijklmnoprstuvwxy pacdefghiklmoprstuy qlu rabcdefghiklmnoprstuvwy sabcdefghiklmnopqrstuwy tacdefghilmnoprstuwyz uabcdefgilmnoprstx vaceios waehinors xaceipt yabceilmnopst zaehiz',
);
const ENDS = table(
  'abcdgklmnprstxy bes cadehklsty daeorsy ecdefklmnprstvwxy fdefosty gehnosy haeisty iabcdeglmnoprstx js kaegiosy ladefilsty maelps nacdefgknostvy obcdfgklmnprstvwx pcehisty ql racdeiklmnosty sacehiklmnst taefhloprsy ubeflmnprstx ve wdns xt ys ze',
);

/** Words of names of objects that are built like no other word. */
const WORDS = new Set(
  (
    'kafka nginx oauth proxy https debug hello multi cloud video omega kappa tokyo dbsql pgsql mssql thumb crawl ipsec ldaps uwsgi httpd envoy ' +
    'hydra authz authn trivy chalk yield macro ascii fixup ahead umask mtime mkdir gmail oidcs https postfix dbseed dbinit dbsync dbjob dbfix ' +
    'pgjob pgdump initdb cqlsh mongo mysql pgres vnext nodes admin setup build tests hooks seeds redis login users alpha gamma sigma delta theta ' +
    'japan rhino queue ebpf kyoto quick quota equal squid ninja opsjob devdb proddb testdb mydb appdb maindb tmpdb olddb newdb sqldb wwwdb ' +
    'cname vhost vpnkit wiki gitea gogs ghost jwks mtls cdn crds rbac cmdb hpa kube helm kvdb kvm lvm nfs gpu cpu dpkg rpm xml yaml json toml html css ' +
    'http grpc mqtt amqp smtp imap ldap saml sftp rsyslog nlog kcadm kctl psql sqlx sdk cli api img'
  ).split(' '),
);
/** Beginnings and ends with which technical words are put together: `pgsync`, `dbcheck`. */
const PARTS =
  /^(?:db|pg|kube|https?|ssh|tls|ssl|sql|vm|js|ts|gcp|aws|gke|eks|aks)(?=[a-z]{3})|(?:sync|sql|db|ctl|svc|cfg|mgr|srv|cmd|http|tls|ssl|dns)$/;

/** What of these letters no word has: pairs that do not stand so, no vowel at all. 0 for words. */
export function oddities(letters: string): number {
  if (WORDS.has(letters)) return 0;
  const rest = letters.replace(PARTS, '');
  return rest.length < 3 || WORDS.has(rest) ? 0 : Math.min(oddPairs(letters), oddPairs(rest));
}

function oddPairs(word: string): number {
  const follows = (map: ReadonlyMap<string, string>, at: number): boolean =>
    map.get(word.charAt(at))?.includes(word.charAt(at + 1)) === true;
  const last = word.length - 2;
  let odd = /[aeiouy]/.test(word) ? 0 : 1;
  if (!follows(BEGINS, 0)) odd++;
  for (let at = 1; at < last; at++) if (!follows(INSIDE, at)) odd++;
  if (!follows(ENDS, last)) odd++;
  return odd;
}
