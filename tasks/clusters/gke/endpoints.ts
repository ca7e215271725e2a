// Where Google's APIs are: its own hosts, or where gcloud's own variables say, for private endpoints. TLS, always.
import { usageFailure } from '../../lib/failure.ts';

/** The APIs we call, by the names that gcloud's variables have for them. */
const hosts = {
  container: 'container.googleapis.com',
  artifactregistry: 'artifactregistry.googleapis.com',
  iam: 'iam.googleapis.com',
  cloudresourcemanager: 'cloudresourcemanager.googleapis.com',
  compute: 'compute.googleapis.com',
} as const;

export type GoogleApi = keyof typeof hosts;

/** gcloud's own: https://cloud.google.com/sdk/docs/configurations, section api_endpoint_overrides. */
const overrideOf = (api: GoogleApi): string => `CLOUDSDK_API_ENDPOINT_OVERRIDES_${api.toUpperCase()}`;

/** The address of an API, which ends with a slash. Usage Failure if its variable holds no https address. */
export function endpointOf(api: GoogleApi): URL {
  const override = process.env[overrideOf(api)];
  if (!override) return new URL(`https://${hosts[api]}/`);
  const url = URL.canParse(override) ? new URL(override) : undefined;
  if (url?.protocol !== 'https:')
    throw usageFailure(
      `${overrideOf(api)} is ${JSON.stringify(override)}: expected an address such as https://${hosts[api]}/`,
    );
  return url.pathname.endsWith('/') ? url : new URL(`${url.href}/`);
}
