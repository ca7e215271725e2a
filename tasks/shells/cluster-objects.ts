// The objects of a shell in the cluster: those of a run, with a driver that a connection starts. Pure.
import { shippedFolder } from '../jobs/files.ts';
import { confFolder } from '../spark/driver-container.ts';
import { driverProperties } from '../spark/verbatim.ts';
import { propertiesFile, type RunRequest } from '../submission/driver.ts';
import { type RunObjects, runObjects } from '../submission/run-objects.ts';
import { ednText } from './conf-text.ts';
import type { Places } from './kinds.ts';
import { clientProperties } from './session.ts';

/** Where the driver's pod has things. */
export const podPlaces: Places = {
  home: '/opt/spark',
  properties: `${confFolder}/${propertiesFile}`,
  programs: shippedFolder,
};

const mapFile = 'conf.edn';

/** Everything a session in the cluster consists of; the pod's first process waits for the connection. */
export function sessionObjects(request: RunRequest): RunObjects {
  const properties = clientProperties(request, {
    // Executors of Spark 4.3 and newer go there.
    'spark.driver.bindAddress': '${env:SPARK_DRIVER_BIND_ADDRESS}',
  });
  const files = { ...request.job.files, [mapFile]: ednText(driverProperties(properties)) };
  const { pod, ...objects } = runObjects({ ...request, job: { ...request.job, files } }, properties);
  const [driver, ...beside] = pod.spec.containers;
  return {
    ...objects,
    pod: {
      ...pod,
      spec: {
        ...pod.spec,
        containers: [
          {
            ...driver,
            name: driver?.name ?? '',
            args: ['python3', `${shippedFolder}/keeper.py`],
            stdin: true,
            stdinOnce: true,
            env: [
              ...(driver?.env ?? []),
              { name: 'FIRESTEEL_POD', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
              { name: 'FIRESTEEL_CONF', value: `${shippedFolder}/${mapFile}` },
            ],
          },
          ...beside,
        ],
      },
    },
  };
}
