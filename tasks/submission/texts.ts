// Checks arguments and variables by what Linux and the API server take. Pure.
import { below } from '../spark/driver-container.ts';

/** The most bytes of one argument or one variable with its name, and one that ends it: MAX_ARG_STRLEN of Linux. */
const mostBytes = 128 * 1024 - 1;

/** The most of all together: etcd stores objects of 1.5 MiB, and the pod has more in it. */
const mostTogether = 1024 * 1024;

const intoFile = 'put the text into a file, and list the file under files in job.yaml';

interface Text {
  label: string;
  text: string;
}

/** What no pod can be given of a job's arguments and of the variables in its properties, a line each. */
export function textProblems(args: readonly string[], properties: Readonly<Record<string, string>>): string[] {
  const all = {
    ...below(properties, 'spark.executorEnv.'),
    ...below(properties, 'spark.kubernetes.driverEnv.'),
  };
  const words = args.map((text, i): Text => ({ label: `argument ${i + 1}`, text }));
  const variables = Object.entries(all).map(
    ([name, value]): Text => ({ label: `variable ${name}`, text: `${name}=${value}` }),
  );
  const texts = [...words, ...variables];
  const single = texts.flatMap(textProblem);
  const together = texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  return [
    ...words.flatMap(({ label, text }) =>
      text.includes('\ufffd') ? [`${label} ${JSON.stringify(text)}: is not UTF-8; write the argument in UTF-8`] : [],
    ),
    ...single,
    ...(single.length === 0 && together > mostTogether
      ? [`arguments and variables: ${together} bytes together, at most ${mostTogether}; ${intoFile}`]
      : []),
  ];
}

function textProblem({ label, text }: Text): string[] {
  if (text.includes('\0')) return [`${label}: has a NUL character, which no program can receive; remove the character`];
  const bytes = Buffer.byteLength(text);
  return bytes > mostBytes ? [`${label}: ${bytes} bytes, at most ${mostBytes}; ${intoFile}`] : [];
}
