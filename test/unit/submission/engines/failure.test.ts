// What is said of a spark-submit that failed, from its output.
import { describe, expect, test } from 'vitest';
import { Failure } from '../../../../tasks/core/failure.ts';
import { sparkSubmitFailure } from '../../../../tasks/submission/engines/spark-submit/failure.ts';

const server = 'https://10.0.0.1:6443';

describe('a failure of spark-submit is one line', () => {
  test.each([
    [
      'Exception in thread "main" io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: POST at: ' +
        'https://x/pods. Message: pods "a" is forbidden: User "nobody" cannot create resource "pods" in API group "" in the namespace "spark".',
      'nobody may not create pods',
    ],
    ['Exception in thread "main" x.KubernetesClientException: … Message: Unauthorized.', `${server} rejects these`],
    [
      'Exception in thread "main" io.fabric8.X: An error has occurred.\nCaused by: java.net.ConnectException: Connection refused',
      `spark-submit cannot reach ${server}: Connection refused`,
    ],
    [
      'Exception in thread "main" io.fabric8.kubernetes.client.KubernetesClientException\n\tat x.Y.z(Y.scala:48)\nCaused by: java.util.concurrent.TimeoutException',
      `spark-submit got no answer from ${server} in time`,
    ],
    [
      'Exception in thread "main" io.fabric8.X: Failure executing: POST at: https://x/pods. Message: admission webhook "w" denied the request: \n\nlabel team is required.\n\tat x.Y.z(Y.scala:48)',
      'admission webhook w denies the pod: label team is required',
    ],
    ['JAVA_HOME is not set', 'the Java of this machine cannot run this Spark'],
    [
      'Exception in thread "main" org.apache.spark.SparkException: Must specify the driver container image',
      'spark-submit: Must specify',
    ],
  ])('%s', (output, message) => {
    const failure = sparkSubmitFailure(output.split('\n'), server, new Failure('exit code 1'));
    expect((failure as Failure).message).toContain(message);
    expect((failure as Failure).message).not.toContain('\n');
  });

  test('without what the client of Spark says behind the words of the API server', () => {
    const output =
      'Exception in thread "main" io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: POST at: ' +
      'https://x/pods. Message: Pod "a" is invalid: spec.containers[0].image: Required value. ' +
      'Received status: Status(apiVersion=v1, code=422, details=StatusDetails(…)).';
    const failure = sparkSubmitFailure([output], server, new Failure('exit code 1'));
    expect((failure as Failure).message).toBe(
      'the API server finds a field invalid: spec.containers[0].image: Required value',
    );
  });

  test('or, if nobody knows it, the command with its last lines', () => {
    const error = new Failure('exit code 1', { output: 'what?' });
    expect(sparkSubmitFailure(['what?'], server, error)).toBe(error);
  });
});
