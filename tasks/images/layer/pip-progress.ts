// Shows the progress of pip from its output and its download folder.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { paced } from '../../core/screen/pace.ts';

interface PipWork {
  /** How many packages there will be; undefined if pip finds that out. */
  total?: number | undefined;
  /** Where pip has its temporary files: its TMPDIR. */
  temporary: string;
  /** Where packages go; left out where that is below the temporary folder. */
  target?: string;
}

/** What the lines of pip tell so far. */
export interface PipSeen {
  found: number;
  fetched: number;
  /** The file that is being fetched, with its size: `tensorflow-2.21.0-cp311-….whl (620.7 MB)`. */
  now: string;
  isInstalling: boolean;
}

/** Adds a line to what was seen. Pure. */
export function seenIn(line: string, seen: PipSeen): PipSeen {
  const [, name] = /^Collecting (\S+?)(?:[<>=!~;[].*)?(?: \(from .*)?$/.exec(line) ?? [];
  if (name) return { ...seen, found: seen.found + 1, now: seen.fetched === 0 ? name : seen.now };
  const [, file, size] =
    /^\s*(?:Downloading|Using cached) (?:\S*\/)?([^\s/]+?\.(?:whl|tar\.gz|zip))(?: (\([\d.]+ [kMG]?B\)))?$/.exec(
      line,
    ) ?? [];
  if (file)
    return {
      ...seen,
      fetched: seen.fetched + 1,
      now: [file.replace(/-(?:cp|py)\d.*\.whl$/, ''), size].filter(Boolean).join(' '),
    };
  return line.startsWith('Installing collected packages') ? { ...seen, isInstalling: true } : seen;
}

export const nothingSeen: PipSeen = { found: 0, fetched: 0, now: '', isInstalling: false };

/** `41 of 112 packages, 380 MB, now tensorflow-2.21.0 (620.7 MB)`. Pure. */
export function shownPip(
  { found, fetched, now, isInstalling }: PipSeen,
  bytes: number,
  installed: number,
  total = found,
): string {
  const megabytes = `${Math.round(bytes / 1e6)} MB`;
  if (isInstalling) return `installing packages: ${installed} of ${total}`;
  if (fetched === 0) return `${found} of ${Math.max(total, found)} packages found: ${now}`;
  return `${fetched} of ${Math.max(total, fetched)} packages, ${megabytes}, now ${now}`;
}

const lookMs = 1_000;

/** Shows how far pip is, line by line and while a large file takes its time; `end` stops that. */
export function followPip(
  work: PipWork,
  show: (text: string) => void,
): { onLine: (line: string) => void; end: () => void } {
  let seen = nothingSeen;
  const line = paced(show);
  const tell = () => {
    const { temporary, target = temporary } = work;
    if (seen.found === 0) return;
    line(shownPip(seen, bytesIn(temporary), seen.isInstalling ? packagesIn(target) : 0, work.total));
  };
  const timer = setInterval(tell, lookMs);
  timer.unref();
  return {
    onLine: (text) => {
      const before = seen;
      seen = seenIn(text, seen);
      if (seen !== before) tell();
    },
    end: () => clearInterval(timer),
  };
}

/** Files and folders below a folder; those that vanish during the look are left out. */
function* below(folder: string): Generator<{ path: string; isFolder: boolean }> {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      yield { path, isFolder: entry.isDirectory() };
    }
  } catch {
    // It is not there yet, or not any more.
  }
}

/** Of files pip downloads: they lie in their own folders, and archives in them are not unpacked. */
function bytesIn(folder: string, depth = 2): number {
  let sum = 0;
  for (const { path, isFolder } of below(folder))
    sum += isFolder
      ? depth > 0
        ? bytesIn(path, depth - 1)
        : 0
      : (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  return sum;
}

/** How many packages are there whole: each leaves a folder with what it is. */
function packagesIn(folder: string, depth = 5): number {
  let count = 0;
  for (const { path, isFolder } of below(folder)) {
    if (!isFolder) continue;
    if (path.endsWith('.dist-info')) count += 1;
    else if (depth > 0 && /\/(lib|python[\d.]*|site-packages|pip-target-[^/]*)$/.test(path))
      count += packagesIn(path, depth - 1);
  }
  return count;
}
