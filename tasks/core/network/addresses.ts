// IPv4 addresses as numbers. Pure.

/** Of `198.18.0.1`. */
export const numberOf = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** The address of that number. */
export const addressOf = (number: number): string =>
  [24, 16, 8, 0].map((bit) => Math.floor(number / 2 ** bit) % 256).join('.');
