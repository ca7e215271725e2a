// Names of properties that Spark does not have, and passes over in silence, with the names that are meant.

const kubernetes = String.raw`^spark\.kubernetes\.`;
const role = '(driver|executor)';

/** What people write, as an expression, and the name that Spark has. */
const meant: readonly [written: RegExp, name: string][] = [
  [
    /^spark\.kubernetes\.(driver\.|executor\.|)node(?:-?selectors?|\.selectors)\.(?=.)/i,
    'spark.kubernetes.$1node.selector.',
  ],
  [new RegExp(String.raw`${kubernetes}${role}\.(label|annotation)s\.`), 'spark.kubernetes.$1.$2.'],
  [new RegExp(String.raw`${kubernetes}(label|annotation)s?\.`), 'spark.kubernetes.driver.$1.'],
  [new RegExp(String.raw`${kubernetes}${role}\.(volume|secret)\.`), 'spark.kubernetes.$1.$2s.'],
  [new RegExp(String.raw`${kubernetes}volumes?\.`), 'spark.kubernetes.driver.volumes.'],
  [/^spark\.(?:kubernetes\.executorEnv|(?:kubernetes\.)?executor\.(?:env|executorEnv))\./i, 'spark.executorEnv.'],
  [/^spark\.(?:driverEnv|(?:kubernetes\.)?driver\.(?:env|driverEnv))\./i, 'spark.kubernetes.driverEnv.'],
  [new RegExp(String.raw`${kubernetes}${role}\.(cores|memory|memoryOverhead|instances)$`), 'spark.$1.$2'],
  [new RegExp(String.raw`${kubernetes}${role}\.cores\.(request|limit)$`), 'spark.kubernetes.$1.$2.cores'],
  [/^spark\.kubernetes\.(?:image\.?|container\.image\.)pullSecrets?$/i, 'spark.kubernetes.container.image.pullSecrets'],
  [/^spark\.kubernetes\.image\.?pullPolicy$/i, 'spark.kubernetes.container.image.pullPolicy'],
  [/^spark\.(?:num[.-]?executors|executors|executor\.(?:count|num|number))$/i, 'spark.executor.instances'],
  [/^spark\.(driver|executor)\.memory[.-]overhead$/i, 'spark.$1.memoryOverhead'],
];

/** What Spark has no property for at all. */
const tolerations = /^spark\.kubernetes\.(?:driver\.|executor\.)?tolerations?\b/i;

/** What is wrong with a name that Spark does not have; undefined for any other. */
export function unknownName(key: string): string | undefined {
  if (tolerations.test(key))
    return 'Spark has no property for tolerations; choose nodes without taints with spark.kubernetes.node.selector';
  for (const [written, name] of meant) {
    const other = key.replace(written, name);
    if (other !== key) return `Spark has no such property; did you mean "${other}"?`;
  }
  return undefined;
}
