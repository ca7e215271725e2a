// Finds variables and properties that hold a secret, by name and value.

/** Words in the name of a secret, without groups that count. TOKENIZERS_PARALLELISM and SECRETARY are none, nor is a class that provides keys. */
export const secretWord =
  'secret(?!ar(?:y|ies))|passw(?:or)?d(?!less)|passphrase|passcode|token(?!i[sz])|credential|' +
  '(?:access|api|private)[._-]?key|account[._-]?key(?!provider)|' +
  '(?:encryption|signing|subscription)[._-]?key(?:[._-]list)?(?![\\w.-])';

/** Last words of names such as REDIS_PASS, DBPASS and MYSQL_PWD; PWD alone is a folder. */
export const lastWord = '[._-]pass|(?:admin|db|mail|root|smtp|sql|user)pass|[_-]pwd|redis(?:cli)?[._-]auth';

/** What does not stand for a value, as `${NAME}`, `<password>`, `***` and `%s` do. */
export const given = '(?![$<{*]|%[s(])';

/** Words before the password of a connection, a query, an option of a JVM or of a program. */
const passwordWord =
  'password|passwd|passphrase|pwd|(client_?)?secret|(secret|access|api|account|private|shared_?access)[._-]?key';

/** What a query or a connection calls its secret; elsewhere `sig` is none. */
export const queryWord = `${passwordWord}|((access|auth|refresh|id)_?)?token|sig`;

/** What shows by its own form that it is a secret, by how it begins. */
export const tokens = [
  '-----BEGIN [A-Z ]*PRIVATE KEY-----',
  String.raw`\b(bearer|basic)\s+(?=[\w.~+/=-]*\d)[\w.~+/=-]{12,}`,
  String.raw`\beyj[\w-]{10,}\.eyj[\w-]{5,}`,
  String.raw`\b(gh[pousr]_\w{12,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|(hf|npm)_[a-z\d]{30,}|dapi[\da-f]{32})`,
  String.raw`\b(sk-((proj|ant|or)-[\w-]{16,}|[a-z\d]{32,})|sk_live_[a-z\d]{16,}|aiza[\w-]{30,}|(akia|asia)[a-z\d]{16}\b)`,
  String.raw`\b(dop_v1_\w{16,}|hvs\.[\w-]{20,}|pypi-[\w-]{20,}|sg\.[\w-]{16,}\.[\w-]{16,}|\d{8,10}:aa[\w-]{30,})`,
  String.raw`\b(ya29\.[\w-]{20,}|gocspx-[\w-]{16,}|age-secret-key-1\w|[\w.~-]{3}8q~[\w.~-]{30,})`,
  String.raw`\bhooks\.slack\.com/(services|workflows)/\w`,
];

/** A secret inside a value: the password of an address, a connection, a JAAS configuration, an option; or a token. */
const secretValue = [
  String.raw`://[^/\s:@]*:${given}[^/\s@]+@`,
  String.raw`\bjdbc:oracle:thin:[^/@\s]+/${given}[^@\s]+@`,
  String.raw`\bpassword\s*=\s*["']${given}`,
  String.raw`(?<=[?&;=\n])(${queryWord})=${given}(?![.([])[^\s&;]`,
  // trustStorePassword, private_key_pwd; an answer of yes or no is none.
  String.raw`(?<=[?&;\n])[\w.-]{1,40}(${passwordWord})=${given}(?![.([]|(true|false|[01])\b)[^\s&;]`,
  // As libpq and JAAS write it, behind another word of the same kind.
  String.raw`=\S{1,80}\s{1,3}(passwd|password|pwd)=${given}(?![.([?:])[^\s&;]`,
  String.raw`-D[\w.-]*(${passwordWord}|token)=${given}(?!(true|false)(\s|$))\S`,
  String.raw`(?<=[=\s])--([\w-]+-)?(${passwordWord}|((access|auth)-)?token)(=|\s+(?=\S+(\s+-|\s*$)))${given}[^\s-]`,
  String.raw`["']([\w.-]{0,40}(${passwordWord})|((admin|db|root|user)_)?pass|((access|api|auth|bearer|refresh|session)_?)?token|auth)["']\s*:\s*["']${given}[^"']`,
  String.raw`(?<=[=\n{,])\s{0,40}[\w.-]{0,40}(${passwordWord})\s*:\s+["']?${given}[^\s"'|>]`,
  ...tokens,
].join('|');

/** The last word of names that tell something about a secret: how long it is, what it is called, where it is. */
const about = [
  ...['name', 'alias', 'kind', 'type', 'class', 'version', 'format', 'prefix', 'header', 'field', 'column'],
  ...['length', 'len', 'size', 'bits', 'count', 'limit', 'max', 'min', 'ratio', 'pattern', 'regex', 'policy'],
  ...['file', 'path', 'dir', 'folder', 'url', 'uri', 'endpoint', 'provider', 'issuer', 'audience', 'scope'],
  ...['mechanism', 'algorithm', 'strategy', 'enabled', 'disabled', 'required', 'selector', 'mode', 'model', 'encoding'],
  ...['ttl', 'expiry', 'expiration', 'lifetime', 'validity', 'timeout', 'interval', 'period', 'duration', 'age'],
  ...['days', 'hours', 'minutes', 'seconds', 'millis', 'ms', 'rotation', 'history', 'attempts', 'retries', 'rounds'],
  ...['arn', 'backend', 'manager', 'region', 'mount', 'store', 'host', 'port', 'namespace', 'cache', 'separator'],
  ...['binding', 'budget', 'char', 'delimiter', 'dim', 'hasher', 'overlap', 'rate', 'source', 'strength', 'window'],
].join('|');

/** What such a word begins after: PASSWORD_ADMIN does not end with "min". */
const before = '[._-]|secrets?|passw(or)?d|passphrase|tokens?|credentials?|key|bit|min|max';

/** A number, or one with a unit. */
const number = String.raw`[-+]?\d+([._,]\d+)*(e[-+]?\d+)?\s?([a-z]{1,3})?`;

/** A word of a language model, such as `<pad>`. */
const modelWord = String.raw`(<[^<>]*>|\[[^\[\]]*\])`;

/** Names that end like this hold the secret itself, even if it is a number. */
const endsAsSecret = ['secret', 'token', 'key', 'password', 'passwd', 'passphrase', 'credential', 'credentials']
  .map((word) => `(?<!${word})`)
  .join('');

/** What is not a secret, of texts NAME=VALUE. Names of Kubernetes Secrets, files and classes are the right way to hand one over. */
const noSecret = [
  String.raw`^spark\.kubernetes\.((driver|executor)\.(secrets|secretKeyRef)|kerberos\.tokenSecret)\.`,
  String.raw`^spark\.kubernetes\.container\.image\.pullSecrets=`,
  // Where from Kerberos renews: keytab or ccache.
  String.raw`^spark\.kerberos\.renewal\.credentials=`,
  String.raw`^spark\.ssl\.([^=]+\.)?privateKey=`,
  String.raw`^[^=]*\bGOOGLE_APPLICATION_CREDENTIALS=`,
  // The name of a key that a service keeps.
  String.raw`^[^=]*(encryption|signing)[._-]?key=(arn:|alias/|mrk-|projects/|https?:|[\da-f]{8}-)`,
  // Behind account.key. stands the name of an account.
  `^(?![^=]*account[._-]?key[._-])[^=]*(${before})(${about})+s?=`,
  // The name of an account ends it.
  String.raw`^[^=]*\btoken\.provider\.type\.`,
  // Nothing, a switch, and words of a language model.
  `^[^=]*=(true|false|yes|no|on|off|none|null|${modelWord}(,\\s*${modelWord})*)?$`,
  // A switch that is a number, by what it begins with.
  '^([^=]*[._-])?(use|has|is|require|allow|enable|disable|skip|with|without)[._-][^=]*=[01]$',
  // NUM_SECRETS, maxPasswords: how many of them.
  String.raw`^([^=]*[._-])?(num|nr|number[._-]?of|count|total|max|min)[._-]?(${secretWord})s=\d+$`,
  // MAX_TOKENS, tokenExpiryMs: a number of a name that ends otherwise.
  `^[^=]*(token|credential|[._-]key)[^=]*${endsAsSecret}=${number}$`,
];

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Who hands a variable to the pods. */
const variables = String.raw`^(spark\.(kubernetes\.driverEnv|executorEnv)\.)?`;

/**
 * The rule as two expressions that hold in any language, case aside: of a secret, NAME=VALUE has `secret` in it, and not
 * `notSecret`. `declared` are names that someone said hold none.
 */
export const secretPatterns = (declared: readonly string[] = []): { secret: string; notSecret: string } => ({
  secret: `^[^=]*(${secretWord}|(${lastWord})(?==))|^[^=]*=[\\s\\S]*(${secretValue})`,
  notSecret: [
    // Whatever the name says, a value with a password in it is a secret.
    `^(?![^=]*=[\\s\\S]*(${secretValue}))(${noSecret.join('|')})`,
    ...declared.map((name) => `${variables}${literal(name)}=`),
  ].join('|'),
});

/** Whether this value of a variable or property is a secret. */
export function isSecret(name: string, value: string, declared: readonly string[] = []): boolean {
  const { secret, notSecret } = secretPatterns(declared);
  const text = `${name.replace(/^spark\.conf\./, '')}=${value}`;
  return new RegExp(secret, 'i').test(text) && !new RegExp(notSecret, 'i').test(text);
}

const valueSecret = new RegExp(secretValue, 'i');

/** What is shown in place of a secret. */
export const hidden = '(hidden)';

/** A line of a text, the value of a secret that it may set left out: `token: x`, `"token": "x"`, `export TOKEN=x`, `token x`. */
export function hiddenLine(line: string): string {
  const [, before, name, between, value] = /^(.*?)([\w./-]+)("?\s*[=:]\s*|\s+)(\S.*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) return line;
  const bare = value.replace(/^["']|["',;]+$/g, '');
  const isWhole = isSecret(name, bare);
  // Where the value itself shows its secret, the rest of the value stays.
  const inner = isWhole && !valueSecret.test(`=${bare}`) ? value : hiddenLine(value);
  return `${before}${name}${between}${isWhole && inner === value ? hidden : inner}`;
}
