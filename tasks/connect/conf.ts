// Spark's configuration of a Connect server: the driver in its pod, executors in their own pods. Pure.
import { askedOfSessions, fixedProperties } from '../notebooks/server/conf.ts';
import type { Profile } from '../profile/schema.ts';
import { isAtLeast } from '../spark/versions.ts';
import { connectPort, driverPorts, pagesPort } from './names.ts';

/** Main class of Spark's Connect server. */
export const serverClass = 'org.apache.spark.sql.connect.service.SparkConnectServer';

/** The variable that hands the token to server and clients, so that no property holds it. */
export const tokenVariable = 'SPARK_CONNECT_AUTHENTICATE_TOKEN';

/**
 * The oldest line whose server takes a token and an address to listen at: both are since 4.0.0 in Connect.scala, and
 * PySpark 4.0.0 starts its own local server with the token (SPARK-51156).
 */
const oldestLine = '4.0';

/** What keeps this Spark from being a Connect server that only its owner reaches. */
export const sparkProblems = ({ spark: { version } }: Profile): string[] =>
  isAtLeast(version, oldestLine)
    ? []
    : [
        `spark.version ${version}: the Connect server of Spark 3 takes no token and listens on every address, ` +
          `so any pod could run code as its owner; use Spark ${oldestLine} or newer`,
      ];

/** What the profile asks of the server: idle executors go, unless the profile has its own allocation. */
export const askedOfServer = (profile: Profile): Record<string, string> => {
  const { connect, notebook } = profile;
  return {
    'spark.connect.session.manager.defaultSessionTimeout': connect.sessionTimeout,
    ...askedOfSessions({ ...profile, notebook: { ...notebook, executorIdleTimeout: connect.executorIdleTimeout } }),
  };
};

/** Every property of the server; the profile's hold, but for those that client mode and the lock rest on. */
export function serverProperties(
  profile: Profile,
  image: string,
  object: string,
  chosen: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const asked = askedOfServer(profile);
  return {
    'spark.app.name': object,
    'spark.ui.showConsoleProgress': 'false',
    ...chosen,
    // Shuffle files last until a garbage collection that an idle driver may never have. What is needed again is made again.
    'spark.dynamicAllocation.shuffleTracking.timeout': asked['spark.dynamicAllocation.executorIdleTimeout'] ?? '60s',
    ...asked,
    ...fixedProperties(profile, image, object),
    'spark.driver.port': `${driverPorts.driver}`,
    'spark.driver.blockManager.port': `${driverPorts.blockManager}`,
    'spark.port.maxRetries': '0',
    'spark.ui.port': `${pagesPort}`,
    // A forward arrives at the pod's loopback; other pods cannot reach that, policies enforced or not.
    'spark.connect.grpc.binding.address': '127.0.0.1',
    'spark.connect.grpc.binding.port': `${connectPort}`,
  };
}
