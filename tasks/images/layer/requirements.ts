// Reads requirements files with the files they include, and finds what an image cannot have.
// https://pip.pypa.io/en/stable/reference/requirements-file-format/
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutPasswords } from '../../core/network/passwords.ts';
import { otherList } from './other-lists.ts';
import { logicalLines, requirementsText, withVariables } from './requirements-text.ts';

/** What is to be installed. */
export interface Requirements {
  /** Requirements, and options of pip such as --index-url. */
  lines: string[];
  /** From files behind -c: versions to keep to, if something needs that package. */
  constraints: string[];
  /** Wheels on this machine that they name. */
  wheels: string[];
  /** What cannot work, a line each. */
  problems: string[];
}

/** On its own line: what packages ask for is not fetched. pip has it on its command line alone. */
export const noDeps = '--no-deps';

/** Options that a requirements file may have and that do not ask for a build: as pip writes them, then in short. */
const options = ['--index-url|-i', '--extra-index-url', '--find-links|-f', '--trusted-host'];
const switches = ['--pre', '--no-index', '--prefer-binary', '--require-hashes', noDeps];

const name = String.raw`[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?\s*(?:\[[\w\s.,-]*\])?`;
const clause = String.raw`(?:===|==|~=|!=|<=|>=|<|>)\s*[\w.*+!-]+`;
const versions = String.raw`(?:\(\s*${clause}(?:\s*,\s*${clause})*\s*\)|${clause}(?:\s*,\s*${clause})*)`;
const marker = String.raw`(?:\s*;\s*\S.*)?`;
/** PEP 508: https://packaging.python.org/en/latest/specifications/dependency-specifiers/ */
const byVersion = new RegExp(String.raw`^${name}\s*${versions}?${marker}$`);
const byAddress = new RegExp(String.raw`^(?:${name}\s*@\s*)?((?:https?|file)://[^\s;]+)(?:\s*;.*)?$`, 'i');
/** A wheel by its path, with what pip takes behind it. */
const byPath = /^(?:file:(?!\/))?(.*\.whl)(\[[^\]]*\])?(?:\s*;\s*(.*))?$/i;
/** A path behind a name, as only addresses may have one. */
const byNamedPath = /^[\w.-]+(?:\[[^\]]*\])?\s*@\s*(?:file:(?!\/))?((?![a-z+]+:)\S*\.whl)(?:\s*;.*)?$/i;
/** `pip freeze` on Debian and Ubuntu once listed it. */
const ofSetuptools = /^pkg[-_]resources\s*==\s*0\.0\.0$/i;
/** `conda list --export` has numpy=1.26.4=py311_0. */
const ofConda = /^([\w.-]+)=([\w.*+!]+)(?:=\S+)?$/;
/** `pip freeze` in an environment of conda has the places where that built its packages. */
const builtElsewhere = /^([\w.-]+)\s*@\s*(file:\/\/\S+)/i;
const hashes = /(?:\s+--hash[= ]\w+:[0-9a-f]+)+$/i;

/** Reads lines of a requirements file in `folder`, and all files they name. */
export function readRequirements(lines: readonly string[], folder = process.cwd()): Requirements {
  const found: Requirements = { lines: [], constraints: [], wheels: [], problems: [] };
  readInto(found, 'lines', lines.join('\n'), folder, []);
  return found;
}

/** How many packages these lines name. */
export const countOf = (lines: readonly string[]): number => lines.filter((line) => !line.startsWith('-')).length;

/** `open` are the files whose reading led here. */
function readInto(
  found: Requirements,
  to: 'lines' | 'constraints',
  text: string,
  folder: string,
  open: string[],
): void {
  for (const line of logicalLines(text)) {
    const [, letter, file] = /^(?:-(r|c)\s*|--(?:requirement|constraint)(?:\s+|=))(\S.*)$/.exec(line) ?? [];
    // pip itself puts values into options and addresses, which may have a password.
    const mayBeShown = !/^-|:\/\//.test(line);
    if (file === undefined) found[to].push(...lineInto(found, mayBeShown ? withVariables(line) : line, folder));
    else {
      const isConstraint = letter === 'c' || line.startsWith('--c');
      const named = withVariables(file).replace(/^(["'])(.*)\1$/, '$2');
      readFileInto(found, isConstraint ? 'constraints' : to, named, folder, open);
    }
  }
}

function readFileInto(
  found: Requirements,
  to: 'lines' | 'constraints',
  file: string,
  folder: string,
  open: string[],
): void {
  const path = file.startsWith('file://') && URL.canParse(file) ? fileURLToPath(file) : resolve(folder, file);
  if (/^https?:/.test(file))
    found.problems.push(`pip: ${withoutPasswords(file)}: expected a file of this machine after -r and -c`);
  else if (!existsSync(path) && /\s-{1,2}[a-z]/.test(file))
    found.problems.push(`pip: ${file}: pip reads only the first file of a line; write each on its own line`);
  else if (!existsSync(path)) found.problems.push(`pip: no file ${path}`);
  else if (!statSync(path).isFile()) found.problems.push(`pip: ${path}: not a file`);
  else if (open.includes(path)) found.problems.push(`pip: ${path} includes itself`);
  else {
    const text = requirementsText(readFileSync(path));
    const other = text !== undefined && otherList(path, text);
    if (text === undefined) found.problems.push(`pip: ${path}: not UTF-8 text; save the file as UTF-8`);
    else if (other) found.problems.push(`pip: ${path}: ${other}`);
    else readInto(found, to, text, dirname(path), [...open, path]);
  }
}

/** What a terminal may show of a line: no command to it, and no password or signature of an address. */
const shownLine = (line: string): string =>
  withoutPasswords(line)
    .replaceAll(/(:\/\/[^\s?]*\?)[^\s#]+/g, '$1***')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '\ufffd');

/** What only a build from source heeds, and only wheels are fetched; and a marker that says nothing. */
const withoutBuild = (line: string): string =>
  line
    .replaceAll(/\s--(?:config-settings?|global-option)[= ](?:"[^"]*"|'[^']*'|\S+)/g, '')
    .replace(/\s*;\s*(?=$|--hash)/, ' ')
    .trim();

/** The line as pip is to see it from any folder; none if it cannot work. */
function lineInto(found: Requirements, given: string, folder: string): string[] {
  const line = given.startsWith('-') ? given : withoutBuild(given);
  const refuse = (why: string): string[] => {
    found.problems.push(`pip: ${shownLine(line)}: ${why}`);
    return [];
  };
  if (line.startsWith('-')) {
    const options = optionsOf(line);
    const wrong = options.find((option) => optionLine(option, folder) === undefined);
    return wrong ? refuse(optionProblem(wrong)) : options.flatMap((option) => optionLine(option, folder) ?? []);
  }
  const [digests = ''] = hashes.exec(line) ?? [];
  const requirement = line.slice(0, line.length - digests.length);
  const behind = /\s(-[a-z]|--[a-z-]+)(?=[\s=]|$)/.exec(requirement)?.[1];
  if (behind !== undefined)
    return refuse(`pip ignores an option behind a requirement; write ${behind} on its own line`);
  if (requirement.endsWith('\\')) return refuse('a blank follows the backslash; remove the blank');
  const [, unnamed] = byNamedPath.exec(requirement) ?? [];
  if (unnamed !== undefined) return refuse(`pip takes a path without a name; write ${unnamed}`);
  if (ofSetuptools.test(requirement)) return refuse('a part of setuptools that no index has; remove the line');
  if (/^(?:[\w.-]+\s*@\s*)?(?:git|hg|svn|bzr)\+/.test(requirement)) return refuse('source code; name a wheel instead');
  const [, named, place = ''] = builtElsewhere.exec(requirement) ?? [];
  if (named !== undefined && !existsSync(pathOf(place)))
    return refuse(
      `a place on the machine that made the list; write ${named}==VERSION, as pip list --format=freeze does`,
    );
  const address = byAddress.exec(requirement)?.[1];
  if (address === undefined && !/[/\\]|\.(?:whl|zip|tar\.gz)$/i.test(requirement.replace(/;.*$/, ''))) {
    if (byVersion.test(requirement)) return sparkLine(line, refuse);
    const [, packageName, version] = ofConda.exec(requirement) ?? [];
    return refuse(
      packageName ? `conda's form; write ${packageName}==${version}` : 'not a requirement such as numpy>=2',
    );
  }
  if (address !== undefined) {
    if (!/\.whl$/i.test(address.replace(/[?#].*$/, ''))) return refuse('not a wheel (.whl)');
    if (!/^file:/i.test(address)) return [line];
    return wheelInto(found, pathOf(address), line, refuse);
  }
  const [, file, extras = '', marker] = byPath.exec(requirement) ?? [];
  if (file === undefined) return refuse('not a wheel (.whl)');
  const path = resolve(folder, file);
  return wheelInto(found, path, `${path}${extras}${marker ? ` ; ${marker}` : ''}${digests}`, refuse);
}

/** The path of a `file:` address; a lone % in it stands for itself. */
const pathOf = (address: string): string =>
  decodeURIComponent(new URL(address).pathname.replaceAll(/%(?![\da-f]{2})/gi, '%25'));

/** A wheel of this machine, and how pip is to see it. */
function wheelInto(found: Requirements, path: string, line: string, refuse: (why: string) => string[]): string[] {
  if (!existsSync(path)) return refuse(`no file ${path}`);
  found.wheels.push(path);
  return [line];
}

/** A line may have several: each with its value. */
const optionsOf = (line: string): string[] => line.split(/\s+(?=-)/);

function optionLine(line: string, folder: string): string[] | undefined {
  if (switches.includes(line)) return [line];
  // Only wheels are fetched anyway.
  if (/^--(?:only-binary|use-feature)[= ]/.test(line)) return [];
  const [, option = '', given = ''] = /^(--[a-z-]+|-[if])(?:\s+|=|(?<=-[if]))("[^"]*"|'[^']*'|\S+)$/.exec(line) ?? [];
  if (!options.some((names) => names.split('|').includes(option))) return undefined;
  const value = given.replace(/^(["'])(.*)\1$/, '$2');
  const local = join(folder, value);
  const isLocal = /^(?:-f|--find-links)$/.test(option) && !isAbsolute(value) && existsSync(local);
  const written = isLocal ? local : value;
  return [`${option} ${/\s/.test(written) ? JSON.stringify(written) : written}`];
}

const optionProblem = (line: string): string =>
  /^(?:-e|--editable)\b/.test(line)
    ? 'editable source; name a wheel instead'
    : /^--hash\b/.test(line)
      ? 'a hash without a requirement; end the line before with a backslash'
      : `unsupported pip option, expected one of ${[...options, ...switches].map((names) => names.split('|')[0]).join(', ')}, -r and -c`;

/** Whose hash is that of the stand-in for pyspark; only the program that makes it knows. */
const standIn = 'sha256:STAND-IN';

/** Spark is in the image, and a stand-in is all that pip is to see of pyspark. */
function sparkLine(line: string, refuse: (why: string) => string[]): string[] {
  if (!/^pyspark(?![\w.-])/i.test(line)) return [line];
  const extras = /^pyspark\s*\[([^\]]*)\]/i.exec(line)?.[1];
  if (extras !== undefined)
    return refuse(`the image has Spark; name the packages that ${extras} needs, such as pandas`);
  return [line.replace(hashes, ` --hash=${standIn}`)];
}

/** What asks for another Spark than the image has. */
export const sparkProblems = (lines: readonly string[], version: string): string[] =>
  lines.flatMap((line) => {
    const asked = /^pyspark\s*\(?={2,3}\s*([\w.*]+)/i.exec(line)?.[1];
    const fits = asked?.endsWith('.*') ? `${version}.`.startsWith(asked.slice(0, -1)) : asked === version;
    return asked === undefined || fits
      ? []
      : [
          `pip: pyspark==${asked}: the image has Spark ${version}; remove pyspark, or set spark.version${asked.endsWith('.*') ? '' : `: ${asked}`}`,
        ];
  });
