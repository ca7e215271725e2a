// Explains a failure of pip in one line that names the package.
import { shown } from '../../core/exec.ts';
import { Failure } from '../../core/failure.ts';
import type { PythonTarget } from './image-python.ts';

/** The requirement that pip found nothing for, of what it printed. */
export function missingRequirement(lines: readonly string[]): string | undefined {
  const found = lines.map((line) => /^ERROR: No matching distribution found for (.*?)(?: \(from .*)?$/.exec(line)?.[1]);
  return found.find(Boolean);
}

const nameOf = (requirement: string): string => /^[\w.-]+/.exec(requirement)?.[0] ?? requirement;

const shownTarget = ({ python, machine, glibc }: PythonTarget): string =>
  `Python ${python} on ${machine} with glibc ${glibc}`;

/** Rows of pip's ends: what it prints, and what that means. */
const ends: [pattern: RegExp, message: (match: RegExpExecArray, target: PythonTarget) => string, hint: string][] = [
  [
    /^ERROR: (\S+\.whl) is not a supported wheel on this platform/,
    ([, wheel], target) => `${wheel}: not a wheel for ${shownTarget(target)}`,
    'build the wheel for that platform, or as pure Python',
  ],
  [
    /^ERROR: (Cannot install .*) because these package versions have conflicting dependencies/,
    ([, what]) => `${what}: their requirements conflict`,
    'request other versions',
  ],
  [
    /^ERROR: In --require-hashes mode, all requirements must have their versions pinned with ==.*|^ERROR: Hashes are required in --require-hashes mode/,
    () => 'if one requirement has a hash, every requirement needs a hash and an exact version (==)',
    'write the file with pip-compile --generate-hashes',
  ],
  [
    /^ERROR: THESE PACKAGES DO NOT MATCH THE HASHES/,
    () => 'a file does not match its hash',
    'correct the hash, or find out who changed the file',
  ],
  [
    /^ERROR: (Invalid requirement: .*)/,
    ([, what]) => what ?? '',
    'see https://packaging.python.org/en/latest/specifications/dependency-specifiers/',
  ],
];

/** Further lines that belong to such an end. */
const details: RegExp = /^ {4}(.* depends on .*|The user requested .*)|^ {4}(\S+==\S+|.*\.whl.*) from /;

/** The Failure behind pip's output; `looked` is its output while it looked only for the missing package. */
export function pipFailure(
  error: unknown,
  lines: readonly string[],
  looked: readonly string[],
  target: PythonTarget,
): Failure {
  const output = lines.slice(-20).join('\n');
  const fail = (message: string, hint: string) => new Failure(`pip: ${message}`, { hint, output, cause: error });
  const missing = missingRequirement(lines);
  if (missing !== undefined) return fail(...missingReason(missing, lines, looked, target));
  for (const [pattern, message, hint] of ends) {
    const match = lines.map((line) => pattern.exec(line)).find(Boolean);
    if (!match) continue;
    const more = lines.flatMap((line) => details.exec(line)?.slice(1).find(Boolean) ?? []);
    return fail([message(match, target), ...more.slice(0, 4)].join('; '), hint);
  }
  if (lines.some((line) => /No module named '?pip/.test(line)))
    return fail("this machine's python3 has no pip", 'install python3-pip');
  return fail(
    lines.findLast((line) => line.startsWith('ERROR: '))?.slice('ERROR: '.length) ?? 'pip failed',
    'run the command again; if it fails again, read the output above',
  );
}

function missingReason(
  missing: string,
  lines: readonly string[],
  looked: readonly string[],
  target: PythonTarget,
): [message: string, hint: string] {
  const name = nameOf(missing);
  const wanted = lines.map((line) => wantedLine.exec(line)).find((match) => match?.[1]?.startsWith(name));
  const by = /\(from (?!versions)([^()]+?)(?:->.*)?\)/.exec(wanted?.[2] ?? '')?.[1];
  const what = by === undefined || by.startsWith('-r') ? missing : `${missing}, which ${by} needs`;
  if (name.toLowerCase() === 'pyspark')
    return [`${what}: the image has Spark ${target.spark}`, 'request a version that fits this Spark'];
  const versions = (/\(from versions: (.*)\)/.exec(wanted?.[2] ?? '')?.[1] ?? 'none').split(', ');
  if (versions[0] !== 'none')
    return [`${what}: no wheel for ${shownTarget(target)}`, `there are ${versions.slice(-5).join(', ')}: choose one`];
  const saw = (pattern: RegExp) => [...lines, ...looked].some((line) => pattern.test(line));
  if (saw(/connection broken by|Could not fetch URL.*(?:connection error|SSL)/))
    return [
      `${what}: the package index cannot be reached`,
      "check this machine's network, and the index and proxy of its pip",
    ];
  if (saw(/Skipping link: none of the wheel's tags|requires? a different python/i))
    return [`${what}: no wheel for ${shownTarget(target)}`, 'choose another version or package'];
  if (saw(/Skipping link: No sources permitted/))
    return [
      `${what}: only source, no wheel`,
      `build one, ${shown(['pip', 'wheel', '--no-deps', missing])}, and name the .whl file instead`,
    ];
  return [`${what}: the package index has no such package`, 'correct the name'];
}

const wantedLine = /^ERROR: Could not find a version that satisfies the requirement (\S+)(.*)$/;
