// Finds everything in a profile that cannot work on GKE, before any request.
import { gke as gkeSchema } from '../../profile/blocks/clusters.ts';
import type { Profile } from '../../profile/schema.ts';
import { retiredProblems } from '../retired.ts';
import { allocatable, bootDisks, hasSharedCores, isArm, machineOf } from './machines.ts';
import { givenProject, isZone, ownLabel, regionOf } from './names.ts';

/** Lines; empty if nothing is known against it. Reads nothing but the profile and $GOOGLE_CLOUD_PROJECT. */
export const gkeProblems = (profile: Profile): string[] => [
  ...projectProblems(profile),
  ...nameProblems(profile),
  ...locationProblems(profile),
  ...(profile.gke.mode === 'autopilot' ? autopilotProblems(profile) : machineProblems(profile)),
  ...labelProblems(profile),
  ...keyProblems(profile),
  ...retiredProblems(profile),
];

function projectProblems(profile: Profile): string[] {
  const project = givenProject(profile);
  if (project === undefined)
    return ['no Google Cloud project is named: set gke.project, or $GOOGLE_CLOUD_PROJECT, to a project id'];
  const known = gkeSchema.shape.project.safeParse(project);
  if (known.success) return [];
  const kind = /^\d+$/.test(project) ? 'is a project number' : 'is not a project id';
  return [`$GOOGLE_CLOUD_PROJECT ${JSON.stringify(project)} ${kind}: use the id, such as spark-kubernetes-224613`];
}

/** Shorter names and other letters the schema sees to; Google's names begin with a letter. */
const nameProblems = ({ clusterName }: Profile): string[] =>
  /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(clusterName)
    ? []
    : [
        `clusterName ${JSON.stringify(clusterName)}: names at Google begin with a letter and have at most 40 lower-case letters, digits and "-"`,
      ];

/** Zones of that letter that these regions do not have; others cannot be known here. */
const zonesThatAreNot = ['europe-west1-a', 'us-east1-a'];

function locationProblems({ gke }: Profile): string[] {
  if (zonesThatAreNot.includes(gke.location))
    return [`gke.location: there is no zone ${gke.location}: use ${regionOf(gke.location)}-b`];
  if (gke.mode === 'autopilot' && isZone(gke.location))
    return [`gke.location: Autopilot runs in a region: use ${regionOf(gke.location)} instead of ${gke.location}`];
  return [];
}

/** What only clusters with their own nodes have. */
const nodeKeys = ['nodes', 'machineType', 'diskType', 'diskSizeGb', 'spot'] as const;

function autopilotProblems({ gke }: Profile): string[] {
  const defaults = gkeSchema.parse({});
  const set = nodeKeys.filter((key) => gke[key] !== defaults[key]);
  return set.map((key) => `gke.${key}: Autopilot chooses nodes itself: remove the key, or set gke.mode to standard`);
}

function machineProblems({ gke }: Profile): string[] {
  const { machineType, diskType } = gke;
  const refused = (reason: string) => [`gke.machineType ${machineType}: ${reason}`];
  if (machineType === 'e2-medium' || machineType.startsWith('e2-custom-medium'))
    return refused(
      'its cores are shared: GKE keeps 1060m of 2, and its own pods take much of the other 940m; use e2-standard-2, or e2-custom-2-4096 for 4 GB',
    );
  if (hasSharedCores(machineType))
    return refused("it has less than one core for pods, and GKE's own pods take much of that: use e2-standard-2");
  if (isArm(machineType))
    return refused('it is an Arm machine, where GKE admits only pods that tolerate Arm: use e2-standard-2');
  const machine = machineOf(machineType);
  if (machine && allocatable(machine).cores < 1)
    return refused(
      `GKE leaves ${allocatable(machine).cores * 1000}m of its core to pods, and GKE's own pods take much of that: use a machine with 2 cores`,
    );
  const disks = bootDisks(machineType);
  if (disks.length === 0)
    return refused(
      'it boots only from Hyperdisk, which is not a gke.diskType: use another machine family, such as n2-standard-2',
    );
  if (!disks.includes(diskType))
    return [`gke.diskType ${diskType}: ${machineType} does not boot from it: use ${disks.join(' or ')}`];
  return [];
}

function labelProblems({ gke }: Profile): string[] {
  const keys = Object.keys(gke.labels);
  return [
    ...(keys.includes(ownLabel.key) && gke.labels[ownLabel.key] !== ownLabel.value
      ? [`gke.labels.${ownLabel.key}: firesteel marks its clusters with this label: choose another name`]
      : []),
    ...keys
      .filter((key) => key.startsWith('goog'))
      .map((key) => `gke.labels.${key}: labels that begin with goog are Google's own: choose another name`),
    ...(keys.length > 63
      ? [`gke.labels: ${keys.length} labels, at most 63 possible in addition to firesteel's own`]
      : []),
  ];
}

/** A key encrypts only where it is. https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets */
function keyProblems({ gke }: Profile): string[] {
  const region = regionOf(gke.location);
  const [, where] = /\/locations\/([^/]+)\//.exec(gke.encryptionKey ?? '') ?? [];
  return where === undefined || where === region
    ? []
    : [`gke.encryptionKey: the key is in ${where}, but a cluster in ${gke.location} needs a key in ${region}`];
}
