// Labels and annotations that properties give a driver and its service, filled in as Spark's cluster mode does it.
import { expect, test } from 'vitest';
import { readJob } from '../../../tasks/jobs/job.ts';
import { profileSchema } from '../../../tasks/profile/schema.ts';
import { runNames } from '../../../tasks/spark/run-names.ts';
import { runObjects } from '../../../tasks/submission/run-objects.ts';

const conf = {
  'spark.kubernetes.driver.label.app': 'x-{{APP_ID}}',
  'spark.kubernetes.driver.annotation.app': '{{APP_ID}}/{{EXECUTOR_ID}}',
  'spark.kubernetes.driver.service.label.team': 'red',
  'spark.kubernetes.driver.service.annotation.scrape': 'true',
};
const profile = { ...profileSchema.parse({ spark: { conf } }), name: 'local', clusterName: 'local' };
const names = runNames('pi-e83a34a1fea68f55');
const { pod, beside } = runObjects({ job: readJob(['pi']), profile, image: 'spark:x', names, user: 'me' });

test('a driver has the id of its application where labels and annotations ask for that', () => {
  expect(pod.metadata.labels?.['app']).toBe(`x-${names.appId}`);
  expect(pod.metadata.annotations?.['app']).toBe(`${names.appId}/`);
});

test('its service has labels and annotations as well, and keeps those that it is found by', () =>
  expect(beside.find(({ kind }) => kind === 'Service')?.metadata).toMatchObject({
    labels: { team: 'red', 'spark-app-selector': names.appId, 'app.kubernetes.io/managed-by': 'firesteel' },
    annotations: { scrape: 'true', 'firesteel/job': 'pi' },
  }));
