// The account at DigitalOcean and the address of its API, from the variables that doctl reads.
import { usageFailure } from '../../core/failure.ts';

/** Holds the token of the account; doctl's own variable. */
export const tokenVariable = 'DIGITALOCEAN_ACCESS_TOKEN';

/** Moves the API elsewhere; doctl's own variable, an address with https://. */
export const addressVariable = 'DIGITALOCEAN_API_URL';

const usualAddress = 'https://api.digitalocean.com';

/** Whether a token is given at all. */
export const hasToken = (): boolean => Boolean(process.env[tokenVariable]?.trim());

/** Why the account cannot be asked, without the token in it; none if it can. */
export function accountProblems(): string[] {
  const token = process.env[tokenVariable]?.trim() ?? '';
  const address = process.env[addressVariable] || usualAddress;
  return [
    ...(token === ''
      ? [`$${tokenVariable} is not set: make a token at https://cloud.digitalocean.com/account/api/tokens`]
      : []),
    // It goes into a header, and a header that is refused would be quoted with it.
    ...(/[^\x21-\x7e]/.test(token) ? [`$${tokenVariable} contains characters that are not valid in a token`] : []),
    ...(isTlsAddress(address) ? [] : [`$${addressVariable}: expected an address with https://, got ${address}`]),
  ];
}

const isTlsAddress = (address: string): boolean => URL.canParse(address) && new URL(address).protocol === 'https:';

/** Token and address of the API. Throws a usage Failure if there are none. */
export function account(): { token: string; address: string } {
  const problems = accountProblems();
  if (problems.length > 0) throw usageFailure(problems.join('\n'));
  return {
    token: process.env[tokenVariable]?.trim() ?? '',
    address: (process.env[addressVariable] || usualAddress).replace(/\/+$/, ''),
  };
}
