// What goes wrong at Google, in Google's own words, and a script that says at which call.
import { grpc, protobuf } from 'google-gax';

/** How an operation that was begun ends, and what becomes of its cluster. */
export interface BadEnd {
  /** google.rpc.Code */
  code: number;
  /** Old name of the condition, `UNKNOWN` where there is none: google.container.v1.StatusCondition.Code */
  condition: 'UNKNOWN' | 'GCE_STOCKOUT' | 'GCE_QUOTA_EXCEEDED';
  canonicalCode: string;
  message: string;
}

export type Wrong =
  /** Refuses the call. */
  | { refuse: Partial<grpc.StatusObject> }
  /** Takes the call; the operation fails, and the cluster is in ERROR. */
  | { endsBadly: BadEnd }
  /** The connection is cut: before the call was taken, or after, so that only the answer is lost. */
  | { cut: 'request' | 'answer' }
  /** The operation takes at least this long. */
  | { slowMs: number };

export interface Fault {
  /** Such as CreateCluster; any if left out. */
  method?: string;
  /** How many calls in a row; one if left out. */
  times?: number;
  does: Wrong;
}

/** google.rpc.Status with google.rpc.ErrorInfo, as far as needed: https://google.aip.dev/193 */
const rpc = protobuf.Root.fromJSON({
  nested: {
    Any: { fields: { typeUrl: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } },
    Status: {
      fields: {
        code: { type: 'int32', id: 1 },
        message: { type: 'string', id: 2 },
        details: { rule: 'repeated', type: 'Any', id: 3 },
      },
    },
    ErrorInfo: {
      fields: {
        reason: { type: 'string', id: 1 },
        domain: { type: 'string', id: 2 },
      },
    },
  },
});

const encode = (type: string, value: object): Uint8Array => rpc.lookupType(type).encode(value).finish();

/** A refusal; with a reason, also as google.rpc.ErrorInfo in the trailers, where Google puts it. */
export function refusal(code: grpc.status, details: string, reason?: string): Partial<grpc.StatusObject> {
  if (!reason) return { code, details };
  const metadata = new grpc.Metadata();
  const info = encode('ErrorInfo', { reason, domain: 'googleapis.com' });
  const status = {
    code,
    message: details,
    details: [{ typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo', value: info }],
  };
  metadata.set('grpc-status-details-bin', Buffer.from(encode('Status', status)));
  return { code, details, metadata };
}

const { PERMISSION_DENIED, UNAVAILABLE } = grpc.status;

/** The errors that a first run in a project meets. */
export const refusals = {
  quota: refusal(
    PERMISSION_DENIED,
    "Insufficient regional quota to satisfy request: resource \"CPUS\": request requires '6.0' and is short '2.0'. project has a quota of '4.0' with '4.0' available. View and manage quotas at https://console.cloud.google.com/iam-admin/quotas?usage=USED&project=spark-school.",
  ),
  apiDisabled: refusal(
    PERMISSION_DENIED,
    'Kubernetes Engine API has not been used in project spark-school before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/container.googleapis.com/overview?project=spark-school then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.',
    'SERVICE_DISABLED',
  ),
  noBilling: refusal(
    PERMISSION_DENIED,
    'This API method requires billing to be enabled. Please enable billing on project #spark-school by visiting https://console.developers.google.com/billing/enable?project=spark-school then retry. If you enabled billing for this project recently, wait a few minutes for the action to propagate to our systems and retry.',
    'BILLING_DISABLED',
  ),
  forbidden: refusal(
    PERMISSION_DENIED,
    'Required "container.clusters.create" permission(s) for "projects/spark-school".',
    'IAM_PERMISSION_DENIED',
  ),
  unavailable: refusal(UNAVAILABLE, 'The service is currently unavailable.'),
} as const;

/** How clusters that could not be made end. */
export const badEnds = {
  stockout: {
    code: grpc.status.RESOURCE_EXHAUSTED,
    condition: 'GCE_STOCKOUT',
    canonicalCode: 'RESOURCE_EXHAUSTED',
    message:
      "Google Compute Engine: Not all instances running in IGM after 14.691006793s. Expected 3, running 0, transitioning 3. Current errors: [GCE_STOCKOUT]: Instance 'gke-spark-default-34b6625e-k7xw' creation failed: The zone 'projects/spark-school/zones/europe-west1-b' does not have enough resources available to fulfill the request. '(resource type:compute)'.",
  },
  addressQuota: {
    code: grpc.status.RESOURCE_EXHAUSTED,
    condition: 'GCE_QUOTA_EXCEEDED',
    canonicalCode: 'RESOURCE_EXHAUSTED',
    message:
      "Insufficient quota to satisfy the request: Not all instances running in IGM after 26.633785888s. Expected 3, running 0, transitioning 3. Current errors: [GCE_QUOTA_EXCEEDED]: Instance 'gke-spark-default-eed1856c-xwl9' creation failed: Quota 'IN_USE_ADDRESSES' exceeded.  Limit: 8.0 in region europe-west1.",
  },
  unhealthy: {
    code: grpc.status.INTERNAL,
    condition: 'UNKNOWN',
    canonicalCode: 'INTERNAL',
    message:
      'All cluster resources were brought up, but: component "kube-apiserver" from endpoint "gke-x" is unhealthy.',
  },
} as const satisfies Record<string, BadEnd>;

export interface FaultScript {
  inject(fault: Fault): void;
  /** Forgets what was injected and has not happened. */
  clear(): void;
  /** What is to go wrong at this call; counted. */
  next(method: string): Wrong | undefined;
}

export function createFaultScript(): FaultScript {
  let faults: { fault: Fault; left: number }[] = [];
  return {
    inject: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    clear: () => {
      faults = [];
    },
    next(method) {
      const found = faults.find(({ fault, left }) => left > 0 && (fault.method ?? method) === method);
      if (!found) return undefined;
      found.left -= 1;
      return found.fault.does;
    },
  };
}
