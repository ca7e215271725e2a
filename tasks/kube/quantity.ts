// Kubernetes quantities as numbers: 500m, 1.5Gi, 2e3.

const factors: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const form = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;

/**
 * In units of one (cores, bytes), or undefined if it is not a quantity.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantityValue(text: string): number | undefined {
  const [, digits, suffix = '', exponent = '0'] = form.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * (factors[suffix] ?? 1) * 10 ** Number(exponent);
}

/** Whether two texts are the same quantity in different words: 1000m and 1, 1024Mi and 1Gi. */
export function isSameQuantity(one: string, other: string): boolean {
  const [first, second] = [quantityValue(one), quantityValue(other)];
  if (first === undefined || second === undefined) return false;
  return Math.abs(first - second) <= 1e-12 * Math.max(Math.abs(first), Math.abs(second));
}
