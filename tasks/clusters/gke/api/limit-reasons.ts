// The part of the table of Google's errors about what there is too little of: machines, quotas, addresses.
import { own } from './google-error.ts';
import { ofProject, quotaPage, type Reason } from './reason.ts';

/** The keys that lower what a quota is about. */
function lessOf(quota = ''): string {
  if (/SSD|DISK/.test(quota)) return '--set gke.diskSizeGb=…, gke.diskType=pd-standard, gke.nodes=…';
  if (/ADDRESS/.test(quota)) return '--set gke.nodes=…, or gke.privateNodes=true';
  return '--set gke.nodes=…, gke.machineType=…';
}

/** What is special stands before the code around it. */
export const limitReasons: Reason[] = [
  {
    match:
      /GCE_STOCKOUT|ZONE_RESOURCE_POOL_EXHAUSTED|does not have enough resources available|out of resources|stockout|is currently unavailable in the|no available reservations/i,
    message: (_, error) => `Google has no free machines of that type there: ${own(error)}`,
    hint: () => 'choose another zone or machine type: --set gke.location=… or --set gke.machineType=…',
  },
  {
    match:
      /Insufficient (?:regional|project|global)?\s*quota[\s\S]*?resource ["']([\w.-]+)["'](?:: request requires '([\d.]+)' and is short '([\d.]+)')?(?:[\s\S]*?(?:quota of|limit of) '([\d.]+)' with '([\d.]+)' available)?/i,
    message: ([, quota, wants, short, limit, left], _, doing) =>
      `quota ${quota}${ofProject(doing)} is too small${wants ? `: ${wants} needed` : ''}${left ? `, ${left} of ${limit} left` : short ? `, ${short} too few` : ''}`,
    hint: ([, quota], _, doing) => `request less (${lessOf(quota)}), or apply for more ${quota}: ${quotaPage(doing)}`,
  },
  {
    match: /Quota (?:limit )?'([\w.-]+)' (?:has been )?exceeded(?:[\s\S]*?Limit: ([\d.]+\d))?/,
    message: ([, quota, limit], _, doing) =>
      `quota ${quota}${ofProject(doing)} is reached${limit ? ` (${limit})` : ''}`,
    hint: ([, quota], _, doing) => `request less (${lessOf(quota)}), or apply for more ${quota}: ${quotaPage(doing)}`,
  },
  {
    match:
      /QUOTA_EXCEEDED|free (?:tier|trial)|[Mm]aximum number of|[Ll]imit is \d+|Quota exceeded(?![\s\S]*(?:per (?:minute|day|second)|[Rr]equests))/,
    message: (_, error, doing) => `a quota${ofProject(doing)} is reached: ${own(error)}`,
    hint: (_, _error, doing) =>
      `delete what is unused, request less (--set gke.nodes=…), or apply for more: ${quotaPage(doing)}`,
  },
  {
    match:
      /IP_SPACE_EXHAUSTED|IP space of '[^']+' is exhausted|[Ii]nsufficient free IP|available private IP space|pod address range limits|[Ii]nsufficient secondary range|[Ii][Pp] range "?[\w./-]+"? (?:is )?exhausted/,
    message: (_, error) => `the network has no addresses left: ${own(error)}`,
    hint: () =>
      'delete unused clusters, or enlarge the subnetwork: gcloud compute networks subnets expand-ip-range SUBNETWORK --region=REGION --prefix-length=LENGTH',
  },
];
