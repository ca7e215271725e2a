// How a scene at the wizard is written: what to wait for, then what to do.
import type { Terminal } from './terminal.ts';

/** Text to type, or a key between angle brackets. */
export type Act = readonly [seen: string, ...does: string[]];

export interface Scene {
  name: string;
  /** Value of COLUMNS; the terminal itself is wide, so that a longer line is seen. */
  columns?: number;
  /** Columns of the terminal itself. */
  pane?: number;
  /** Further files of the folder. */
  texts?: Record<string, string>;
  words?: string[];
  env?: Record<string, string>;
  contexts?: string[];
  cloud?: 'google' | 'ocean';
  acts: Act[];
  /** Flags that make the same profile without a terminal; none where that is shown elsewhere. */
  flags?: string[];
  /** The file that it writes. */
  file: string;
}

/** Waits and types, one act after the other. */
export async function play(terminal: Terminal, acts: readonly Act[]): Promise<void> {
  for (const [seen, ...does] of acts) {
    await terminal.sees(seen);
    for (const one of does) {
      const key = /^<(.+)>$/.exec(one)?.[1];
      if (key) terminal.presses(key);
      else terminal.types(one);
    }
  }
}

/** It is for one person. */
export const me: Act = ['? Who uses the cluster?', '<Enter>'];
/** All values are right. */
export const noChange: Act = ['? Change anything?', '<Enter>'];
/** The file is written. */
export const write: Act = ['? Write ', '<Enter>'];
/** Chooses the kind of cluster. */
export const kind = (name: string): Act[] => [
  ['? Which cluster?', name],
  [`❯ ${name}`, '<Enter>'],
];
/** Chooses one of many by a part of its name. An Enter that arrives together with the part is lost. */
export const search = (title: string, typed: string, found: string): Act[] => [
  [`? ${title}`, typed],
  [`? ${title} ${typed}`],
  [`❯ ${found}`, '<Enter>'],
];

/** All values are right, and the file is written, in plain lines. */
export const plainEnd: Act[] = [
  ['Change anything? Type yes or no', '<Enter>'],
  ['or Enter for write', '<Enter>'],
];

/** Answers one question after the other in plain lines. */
export const plainly = (...answers: [asked: string, typed: string][]): Act[] => [
  ...answers.map(([asked, typed]): Act => [asked, typed, '<Enter>']),
  ...plainEnd,
];

/** What is played in three ways: live, live in 40 columns, and in plain lines. */
export interface Script extends Pick<Scene, 'name' | 'cloud' | 'contexts' | 'flags' | 'file'> {
  acts: Act[];
  plain: Act[];
}

/** The scenes of the three ways. */
export const inEachWay = ({ plain, ...scene }: Script): Scene[] => {
  const { flags: _, ...other } = scene;
  return [
    scene,
    { ...other, name: `${scene.name}-40`, columns: 40 },
    { ...other, name: `${scene.name}-plain`, words: ['--plain'], acts: plain },
  ];
};
