// Spark properties that native submission would silently leave out: reported before anything is made. Pure.

/** What cluster mode alone does of https://spark.apache.org/docs/latest/running-on-kubernetes.html#spark-properties. */
const sparkSubmitOnly: readonly RegExp[] = [
  /^spark\.driver\.resource\./,
  /^spark\.kerberos\.keytab$/,
  /^spark\.kubernetes\.authenticate\.driver\.(caCertFile|clientCertFile|clientKeyFile|oauthTokenFile)$/,
  /^spark\.kubernetes\.driver\.container\.image$/,
  /^spark\.kubernetes\.driver\.pod\.(featureSteps|excludedFeatureSteps)$/,
  /^spark\.kubernetes\.driver\.service\.(annotation\.|label\.|ip|publishNotReadyAddresses$)/,
  // With these Spark makes a claim for the driver.
  /^spark\.kubernetes\.driver\.volumes\.persistentVolumeClaim\.[^.]+\.options\.(storageClass|sizeLimit)$/,
  /^spark\.kubernetes\.(hadoop\.configMapName$|kerberos\.)/,
];

/** A line for each property that takes Spark's own spark-submit. */
export const nativeProblems = (properties: Readonly<Record<string, string>>): string[] =>
  Object.keys(properties)
    .filter((key) => sparkSubmitOnly.some((keys) => keys.test(key)))
    .map((key) => `${key}: needs --engine spark-submit`);
