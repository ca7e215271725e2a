// The resources of a seat: quotas, defaults of its pods, and the sum of both. Pure.
import type { Profile } from '../../profile/schema.ts';
import { type Amounts, amountsOf, sum } from '../../spark/sizes/amounts.ts';
import { cpuQuantity, memoryLimit } from '../../spark/sizes/choice.ts';
import { takenBy } from '../../spark/sizes/load.ts';

/** Python runs beside the JVM of an executor. */
const overheadFactor = '0.4';

/** Spark's properties of a student's jobs: the seat's sizes, which the profile's own properties override. */
export function seatProperties({ classroom: { seat }, spark }: Profile): Record<string, string> {
  const { cores, memory } = seat.executors;
  const heap = `${Math.floor((amountsOf({ memory })['memory'] ?? 0) / 2 ** 20)}m`;
  return {
    'spark.kubernetes.memoryOverheadFactor': overheadFactor,
    'spark.kubernetes.driver.request.cores': cores,
    'spark.kubernetes.executor.request.cores': cores,
    'spark.driver.memory': heap,
    'spark.executor.memory': heap,
    ...spark.conf,
  };
}

/** What a seat requests of the nodes. */
export interface SeatAmounts {
  /** The notebook server alone: a student who reads. */
  reading: Amounts;
  /** With a job and all its executors: a student who computes. */
  computing: Amounts;
  /** The pods of that job, the driver first. */
  job: Amounts[];
}

/** A job beside the notebook server has its own driver. */
export function seatAmounts(profile: Profile): SeatAmounts {
  const { cores, memory, executors } = profile.classroom.seat;
  const properties = seatProperties(profile);
  const reading = { ...amountsOf({ cpu: cores, memory }), pods: 1 };
  const roles = ['driver', ...Array<'executor'>(executors.count).fill('executor')] as const;
  const job = roles.map((role) => takenBy(role, properties).requests);
  return { reading, computing: sum([reading, ...job]), job };
}

/** Pods of a student that may be there at a time beside those of one job: what is about to end still counts. */
const sparePods = 2;
/** Claims of a student beside the work folder, each as large. */
const spareClaims = 2;

type Quantities = Record<string, string>;

/** Hard limits of the three quotas, by https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
export function seatQuotas(profile: Profile): { pods: Quantities; podsWithDeadline: Quantities; objects: Quantities } {
  const { computing } = seatAmounts(profile);
  const { storage, scratch } = profile.classroom.seat;
  const pods = (computing['pods'] ?? 0) + sparePods;
  const executor = takenBy('executor', seatProperties(profile)).requests;
  const computes = ({ cpu = 0, memory = 0 }: Amounts): Quantities => ({
    'requests.cpu': cpuQuantity(cpu),
    'requests.memory': memoryLimit(memory),
    'limits.memory': memoryLimit(memory),
  });
  const claims = 1 + spareClaims;
  return {
    pods: { ...computes(computing), pods: `${pods}` },
    podsWithDeadline: { ...computes(executor), pods: '1' },
    objects: {
      persistentvolumeclaims: `${claims}`,
      'requests.storage': memoryLimit((amountsOf({ memory: storage })['memory'] ?? 0) * claims),
      'limits.ephemeral-storage': memoryLimit((amountsOf({ memory: scratch })['memory'] ?? 0) * (pods + 1)),
      services: '10',
      'services.nodeports': '0',
      'services.loadbalancers': '0',
      configmaps: '50',
      secrets: '20',
      'count/jobs.batch': '0',
      'count/cronjobs.batch': '0',
    },
  };
}

/** What pods get that name no amounts, and what nobody may ask for. */
export function seatLimits(profile: Profile): object[] {
  const { memory, storage, scratch } = profile.classroom.seat;
  const executor = takenBy('executor', seatProperties(profile)).requests['memory'] ?? 0;
  const largest = Math.max(executor, amountsOf({ memory })['memory'] ?? 0);
  return [
    {
      type: 'Container',
      default: { memory: '256Mi', 'ephemeral-storage': scratch },
      // Nodes that count no disk take the pods as well.
      defaultRequest: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '0' },
      max: { memory: memoryLimit(largest), 'ephemeral-storage': scratch },
    },
    { type: 'PersistentVolumeClaim', max: { storage } },
  ];
}
