// The request that creates a cluster: reviewed snapshots, and whether Google's own schema knows every field of it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { protobuf } from 'google-gax';
import { describe, expect, test } from 'vitest';
import { createClusterRequest } from '../../../../tasks/clusters/gke/request.ts';
import { gkeProfile } from './profiles.ts';

const root = protobuf.Root.fromJSON(
  JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve('@google-cloud/container/build/protos/protos.json'), 'utf8'),
  ),
);
const message = root.lookupType('google.container.v1.CreateClusterRequest');

/** What is left of a value after it went over the wire: unknown fields and enum names do not come back. */
function overTheWire(value: object): unknown {
  expect(message.verify(message.fromObject(value))).toBe(null);
  const bytes = message.encode(message.fromObject(value)).finish();
  return message.toObject(message.decode(bytes), { enums: String });
}

/** The value without fields that have their type's own zero, which the wire leaves out. */
function withoutZeros(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutZeros);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== false && inner !== 0 && inner !== '')
      .map(([key, inner]) => [key, withoutZeros(inner)]),
  );
}

const hardest = [
  'gke.privateNodes=true',
  'gke.authorizedNetworks=["203.0.113.0/24"]',
  'gke.encryptionKey=projects/spark-class/locations/europe-west1/keyRings/spark/cryptoKeys/secrets',
  'gke.version="1.34"',
  'gke.labels.team=spark',
  'gke.serviceAccount=nodes@spark-class.iam.gserviceaccount.com',
];

const requests = [
  ['gke', await gkeProfile('gke')],
  ['gke-autopilot', await gkeProfile('gke-autopilot')],
  ['gke-hardened', await gkeProfile('gke', ...hardest)],
  ['gke-autopilot-hardened', await gkeProfile('gke-autopilot', ...hardest)],
] as const;

describe.each(requests)('%s', (name, profile) => {
  const request = createClusterRequest(profile);

  test('asks for exactly what was reviewed', async () => {
    await expect(`${JSON.stringify(request, null, 2)}\n`).toMatchFileSnapshot(`requests/${name}.json`);
  });

  test('has no field and no enum name that Google’s schema lacks', () =>
    expect(withoutZeros(overTheWire(request))).toEqual(withoutZeros(request)));

  test('has no deprecated field', () => {
    const text = JSON.stringify(request);
    for (const field of ['initialNodeCount":3,"nodeConfig', 'privateClusterConfig', 'masterAuthorizedNetworksConfig'])
      expect(text).not.toContain(field);
    expect(request.cluster).not.toHaveProperty('nodeConfig');
    expect(request.cluster).not.toHaveProperty('initialNodeCount');
  });
});

test('a field or enum name that the schema lacks is noticed', () => {
  const wrong = { cluster: { releaseChannel: { chanel: 'REGULAR' } } };
  expect(withoutZeros(overTheWire(wrong))).not.toEqual(withoutZeros(wrong));
  const wrongName = { cluster: { releaseChannel: { channel: 'REGULAT' } } };
  expect(withoutZeros(overTheWire(wrongName))).not.toEqual(withoutZeros(wrongName));
});

test.each([
  ['gke.nodes=5', { nodePools: [{ initialNodeCount: 5 }] }],
  ['gke.machineType=e2-custom-2-4096', { nodePools: [{ config: { machineType: 'e2-custom-2-4096' } }] }],
  ['gke.spot=true', { nodePools: [{ config: { spot: true } }] }],
  ['gke.releaseChannel=RAPID', { releaseChannel: { channel: 'RAPID' } }],
  [
    'gke.project=example.com:spark-class',
    { workloadIdentityConfig: { workloadPool: 'example.com:spark-class.svc.id.goog' } },
  ],
  [
    'gke.project=example.com:spark-class',
    { nodePools: [{ config: { serviceAccount: 'firesteel-nodes@spark-class.example.com.iam.gserviceaccount.com' } }] },
  ],
  ['gke.labels.managed-by=me', { resourceLabels: { 'managed-by': 'firesteel' } }],
])('%s changes what it says', async (set, part) =>
  expect(createClusterRequest(await gkeProfile('gke', set)).cluster).toMatchObject(part),
);
