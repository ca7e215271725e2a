// Words of other tools, such as Docker and kubectl, and what they are called here.

/** Words that mean the same in several tools. */
const sameMeaning: readonly (readonly string[])[] = [
  ['up', 'deploy', 'start', 'create', 'install', 'begin', 'launch', 'apply', 'init', 'bootstrap', 'provision'],
  ['down', 'destroy', 'stop', 'delete', 'remove', 'rm', 'end', 'kill', 'teardown', 'uninstall', 'shutdown'],
  ['list', 'runs', 'ls', 'ps', 'get', 'show', 'jobs'],
  ['kill', 'cancel', 'abort', 'terminate'],
  ['submit', 'run', 'spark-submit', 'exec', 'execute', 'job'],
  ['status', 'info', 'state', 'describe', 'get', 'show', 'ps', 'ls', 'list', 'workers', 'pods', 'nodes'],
  ['why', 'explain', 'diagnose', 'debug', 'describe', 'events'],
  ['logs', 'log', 'tail', 'follow', 'output'],
  ['gc', 'clean', 'cleanup', 'prune', 'purge'],
  ['open', 'ui', 'forward', 'port-forward', 'tunnel', 'connect', 'browse', 'dashboard', 'web'],
  ['check', 'doctor', 'verify', 'test', 'validate', 'preflight'],
  ['install', 'add', 'get', 'fetch'],
  ['repair', 'fix', 'heal'],
  ['undo', 'revert', 'restore', 'rollback', 'reset'],
  ['merge', 'add', 'export', 'get', 'set', 'save', 'write', 'use'],
  ['notebook', 'lab', 'jupyter', 'jupyterlab', 'notebooks'],
  ['setup', 'wizard', 'configure', 'config', 'init', 'new'],
  ['pyspark', 'python', 'python3', 'py', 'ipython'],
  ['spark-shell', 'scala'],
  ['sql', 'spark-sql', 'beeline'],
  ['clojure', 'clj', 'repl'],
  ['shell', 'repl', 'console', 'pyspark', 'python', 'spark-shell', 'scala', 'sql', 'spark-sql', 'beeline'],
  ['build', 'image', 'images', 'docker-image-tool'],
  ['classroom', 'class', 'students', 'classes'],
  ['report', 'bug', 'bugreport', 'issue', 'bundle'],
  ['scale', 'resize'],
  ['completion', 'completions', 'autocomplete'],
  ['help', 'man', 'usage'],
  ['data', 'datasets', 'dataset'],
];

/** What an end means depends on what ends: a guess could delete the wrong thing. */
const endings: readonly string[] = ['stop', 'delete', 'remove', 'rm', 'end', 'down', 'terminate'];

/** `; did you mean destroy or kill?`, or nothing if none of the names means what `word` means elsewhere. */
export function sameMeaningOf(word: string, names: readonly string[]): string {
  const meant = sameMeaning
    .filter((group) => group.includes(word.toLowerCase()))
    .map((group) => group.filter((name) => names.includes(name)))
    .find((found) => found.length > 0);
  const kill = endings.includes(word.toLowerCase()) && names.includes('kill') ? ['kill'] : [];
  const same = [...new Set([...(meant ?? []), ...kill])];
  return same.length > 0 ? `; did you mean ${same.join(' or ')}?` : '';
}
