// List prices of Google Cloud in us-central1 in US dollars, with factors for other regions.

/**
 * An estimate, for the question before a cluster is made; the bill is Google's.
 *
 * Sources: Cloud Billing Catalog (SKUs "E2 Instance Core", "E2 Instance Ram" and so on, by region) as of 2025-03, shown at
 * https://cloud.google.com/compute/all-pricing, for E2, the regions and Autopilot; the other families, disks and the
 * surcharge for custom sizes are less sure. Kubernetes Engine: https://cloud.google.com/kubernetes-engine/pricing
 */
export const prices = {
  /** Year and month of the oldest number here. */
  asOf: '2025-03',
  hoursPerMonth: 730,
  /** An hour, for each cluster of either mode. */
  management: 0.1,
  /** An hour of each core and of each GiB, by machine family. */
  machines: {
    e2: { core: 0.02181159, gibibyte: 0.00292353 },
    n1: { core: 0.031611, gibibyte: 0.004237 },
    n2: { core: 0.031611, gibibyte: 0.004237 },
    n2d: { core: 0.027502, gibibyte: 0.003686 },
    t2d: { core: 0.027502, gibibyte: 0.003686 },
    c2: { core: 0.03398, gibibyte: 0.00455 },
    c2d: { core: 0.029563, gibibyte: 0.003959 },
  } as Record<string, { core: number; gibibyte: number } | undefined>,
  /** What custom sizes cost more than predefined ones of N1, N2 and N2D; E2 has one price for both. */
  customFactor: 1.05,
  /** Spot machines and pods cost at most about this part; prices change from day to day. */
  spotFactor: 0.4,
  /** An hour of each core and of each GiB that pods ask for, Autopilot, general purpose. */
  pods: { core: 0.0445, gibibyte: 0.0049225 },
  /** A month of each GB, the same in most regions. */
  disks: { 'pd-standard': 0.04, 'pd-balanced': 0.1, 'pd-ssd': 0.17 },
  /** An hour of each public address of a machine. */
  address: 0.005,
  /** An hour of one forwarding rule, and each GiB that comes in by it: https://cloud.google.com/vpc/network-pricing#lb */
  loadBalancer: { hourly: 0.025, gibibyte: 0.008 },
  /** E2 of a region against us-central1; other families and pods keep near to it. */
  regions: {
    'africa-south1': 1.31,
    'asia-east1': 1.16,
    'asia-east2': 1.4,
    'asia-northeast1': 1.28,
    'asia-northeast2': 1.28,
    'asia-northeast3': 1.28,
    'asia-south1': 1.2,
    'asia-south2': 1.2,
    'asia-southeast1': 1.23,
    'asia-southeast2': 1.34,
    'australia-southeast1': 1.42,
    'australia-southeast2': 1.21,
    'europe-central2': 1.29,
    'europe-north1': 1.1,
    'europe-north2': 1.05,
    'europe-southwest1': 1.18,
    'europe-west1': 1.1,
    'europe-west2': 1.29,
    'europe-west3': 1.29,
    'europe-west4': 1.1,
    'europe-west6': 1.4,
    'europe-west8': 1.16,
    'europe-west9': 1.16,
    'europe-west10': 1.54,
    'europe-west12': 1.29,
    'me-central1': 1.21,
    'me-central2': 1.6,
    'me-west1': 1.1,
    'northamerica-northeast1': 1.1,
    'northamerica-northeast2': 1.1,
    'northamerica-south1': 1.09,
    'southamerica-east1': 1.59,
    'southamerica-west1': 1.43,
    'us-central1': 1,
    'us-east1': 1,
    'us-east4': 1.13,
    'us-east5': 1,
    'us-south1': 1.18,
    'us-west1': 1,
    'us-west2': 1.2,
    'us-west3': 1.2,
    'us-west4': 1.13,
  } as Record<string, number | undefined>,
};
