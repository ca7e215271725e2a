// GKE in the set-up wizard: projects, locations and machine types as Google lists them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { homeFolder } from '../../core/paths.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Asked, Found, Offer, Question, SetupKind } from '../../steps/setup.ts';
import { machineTypes, places, projects } from './catalog.ts';
import { givenProject, regionOf } from './names.ts';
import { costLines } from './prices.ts';
import { gkeProblems } from './problems.ts';

const isStandard = ({ gke }: Profile): boolean => gke.mode === 'standard';

/** Where application-default credentials are: https://cloud.google.com/docs/authentication/application-default-credentials */
function credentialSource(): string | undefined {
  if (process.env['GOOGLE_APPLICATION_CREDENTIALS']) return '$GOOGLE_APPLICATION_CREDENTIALS';
  const folder = process.env['CLOUDSDK_CONFIG'] ?? join(homeFolder(), '.config', 'gcloud');
  return existsSync(join(folder, 'application_default_credentials.json')) ? 'gcloud' : undefined;
}

function look(): Found {
  const credentials = credentialSource();
  const project = process.env['GOOGLE_CLOUD_PROJECT'] || undefined;
  return {
    facts: { credentials: credentials ?? null, project: project ?? null },
    rows: [
      [
        'Google Cloud',
        credentials ? `credentials of ${credentials}${project ? `, project ${project}` : ''}` : 'no credentials',
      ],
    ],
  };
}

function offers({ facts }: Found): Offer[] {
  const fit = facts['credentials'] ? 'ready' : 'lacking';
  const reason = (ready: string) =>
    fit === 'ready' ? ready : 'no credentials here: run gcloud auth application-default login';
  return [
    {
      name: 'gke',
      title: 'Google Kubernetes Engine, with nodes you choose',
      fit,
      reason: reason('credentials found; nodes cost money while they exist'),
      values: { cluster: 'gke', 'gke.mode': undefined },
    },
    {
      name: 'gke-autopilot',
      title: 'Google Kubernetes Engine, Autopilot',
      fit,
      reason: reason('credentials found; pods cost money while they run'),
      values: { cluster: 'gke', 'gke.mode': 'autopilot' },
    },
  ];
}

const questions: Question[] = [
  {
    key: 'gke.project',
    flag: 'project',
    title: 'Google Cloud project',
    isRequired: true,
    propose: ({ found }) =>
      found.facts['project'] ? { value: found.facts['project'], why: '$GOOGLE_CLOUD_PROJECT' } : undefined,
    isAsked: true,
    choices: ({ signal }) => projects(signal),
  },
  {
    key: 'gke.location',
    flag: 'zone',
    title: 'Zone or region',
    isAsked: true,
    propose: ({ profile }) =>
      isStandard(profile) ? undefined : { value: regionOf(profile.gke.location), why: 'Autopilot runs in a region' },
    choices: ({ profile, signal }) => places(givenProject(profile) ?? '', isStandard(profile), signal),
    problems: gkeProblems,
  },
  {
    key: 'gke.machineType',
    flag: 'machine-type',
    title: 'Machine type',
    isAsked: true,
    applies: isStandard,
    choices: ({ profile, signal }) => machineTypes(profile, signal),
    problems: gkeProblems,
  },
  { key: 'gke.nodes', flag: 'nodes', title: 'Nodes', isAsked: true, grows: true, applies: isStandard },
  { key: 'gke.spot', flag: 'spot', title: 'Spot machines', applies: isStandard },
];

export const gkeSetup: SetupKind = {
  look,
  offers: (_host, found) => offers(found),
  questions,
  price: ({ profile }: Asked) => costLines(profile).find((line) => line.startsWith('together')) ?? 'unknown',
};
