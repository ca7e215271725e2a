// Reads the output of minikube: one CloudEvent a line, or plain text.

/** Why minikube gave up. */
export interface MinikubeError {
  /** Its reason's stable name, such as GUEST_START; empty if minikube gave none. */
  id: string;
  /** As the event says it, which need not be how the process ended. */
  exitCode: number | undefined;
  message: string;
  advice: string;
  url: string;
}

/** What a run of minikube has said so far. */
export interface EventReader {
  /** Takes a line of either output. */
  read(line: string): void;
  /** The reason why a process that ended with `code` did so; undefined if it gave none. */
  error(code?: number): MinikubeError | undefined;
  /** What a person would want to see of it, oldest first. */
  lines(): string[];
}

const prefix = 'io.k8s.sigs.minikube.';
const shownLines = 20;
/** `X Exiting due to GUEST_START: failed to start node`, of commands that know no JSON. */
const exiting = /Exiting due to ([A-Z][A-Z0-9_]+): (.*)$/;
/** klog lines and the frame around the request to file an issue. */
const noise = /^[IWEF]\d{4} |^[╭╰│*]|^\s*$/;

interface Event {
  type: string;
  data: Record<string, string>;
}

function parseEvent(line: string): Event | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { type, data } = JSON.parse(line) as { type?: unknown; data?: unknown };
    if (typeof type !== 'string' || !type.startsWith(prefix) || typeof data !== 'object' || !data) return undefined;
    const texts = Object.entries(data).map(([key, value]) => [key, typeof value === 'string' ? value : '']);
    return { type: type.slice(prefix.length), data: Object.fromEntries(texts) };
  } catch {
    return undefined;
  }
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** A line for people: minikube quotes all that kubeadm said, whose last words tell the most. */
export const clipped = (line: string): string =>
  line.length > 700 ? `${line.slice(0, 200)} … ${line.slice(-400)}` : line;

/** In whole percent. minikube says NaN or Inf where it does not know a size. */
export function percent(progress: string): number {
  const ratio = Number(progress);
  return Number.isFinite(ratio) ? Math.round(Math.min(Math.max(ratio, 0), 1) * 100) : 0;
}

/** The newest line on the progress; undefined for what is not worth one. Steps skip numbers, so names are shown. */
function progressLine({ type, data }: Event): string | undefined {
  const message = oneLine(data['message'] ?? '');
  if (type === 'step') return data['name'] || message || undefined;
  if (type === 'download') return `downloading ${data['artifact']}`;
  if (type === 'download.progress') return `downloading ${data['artifact']} ${percent(data['progress'] ?? '')} %`;
  if (type === 'warning') return message && `warning: ${message}`;
  return undefined;
}

/**
 * A reader for one run; `onLine` gets a line for each step, download and warning. Lines that are no events are kept for a
 * failure's output. Contract: pkg/minikube/out/register of minikube.
 */
export function createEventReader(onLine: (line: string) => void = () => {}): EventReader {
  const errors: MinikubeError[] = [];
  const said: string[] = [];
  const say = (line: string) => {
    if (line === '' || clipped(line) === said.at(-1)) return;
    said.push(clipped(line));
    if (said.length > shownLines) said.shift();
  };
  return {
    read(line) {
      const event = parseEvent(line);
      if (!event) {
        const [, id = '', message = ''] = exiting.exec(line) ?? [];
        if (id) errors.push({ id, exitCode: undefined, message: oneLine(message), advice: '', url: '' });
        if (!noise.test(line)) say(line.trim());
        return;
      }
      const { type, data } = event;
      const progress = progressLine(event);
      if (progress) onLine(progress);
      if (type !== 'download.progress') say(oneLine(data['message'] || data['advice'] || ''));
      // Without an exit code it is a remark: a good start of driver none makes nine of them.
      if (type === 'error' && data['exitcode']) errors.push(errorOf(data));
    },
    // With --force, errors that were passed over carry an exit code too: the one that the process took is the reason.
    error: (code) => errors.findLast(({ exitCode }) => exitCode === code) ?? errors.at(-1),
    lines: () => [...said],
  };
}

const errorOf = (data: Record<string, string>): MinikubeError => ({
  id: data['name'] ?? '',
  exitCode: Number(data['exitcode']),
  message: oneLine(data['message'] ?? ''),
  // Some advice is a template that minikube forgot to fill in.
  advice: /\{\{|<no value>/.test(data['advice'] ?? '') ? '' : oneLine(data['advice'] ?? ''),
  url: data['url'] ?? '',
});
