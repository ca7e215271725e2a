// The interface of a kind of cluster for the set-up wizard.
import type { Exec } from '../core/types.ts';
import type { Profile } from '../profile/schema.ts';

/** This machine, as seen. */
export interface Host {
  system: string;
  architecture: string;
  cores: number;
  /** Memory. */
  mebibytes: number;
  /** Free space where clusters are kept, in GB. */
  freeGigabytes: number;
  /** Root, or sudo that does not ask. */
  rights: 'root' | 'sudo' | 'none';
  /** Whether systemd starts services. */
  hasSystemd: boolean;
  /** The Docker engine. */
  docker: 'running' | 'not running' | 'not installed';
  /** What its containers share: of a virtual machine, less than this machine has. Left out where unknown. */
  dockerSize?: { cores: number; mebibytes: number };
  /** Paths of programs, by their names. */
  programs: Readonly<Record<string, string>>;
  /** Proxies by the names of their variables, without user and password. */
  proxies: Readonly<Record<string, string>>;
  /** IPv4 addresses that others reach, that of the default route first. */
  addresses: readonly string[];
  /** Whether the package index that Spark comes from answers. */
  network: 'answers' | 'does not answer';
}

/** What a kind of cluster found on this machine. */
export interface Found {
  /** For people: a label and what is there. */
  rows: readonly (readonly [label: string, text: string])[];
  /** For programs, without secrets. */
  facts: Readonly<Record<string, unknown>>;
}

/** One way to have a cluster. */
export interface Offer {
  /** As `--kind` has it, such as minikube-docker. */
  name: string;
  /** In a few words. */
  title: string;
  /** `ready` on this machine now, `lacking` something that can be brought, `impossible` here. */
  fit: 'ready' | 'lacking' | 'impossible';
  /** Why so. */
  reason: string;
  /** Keys of the profile that make it; undefined stands for the default. */
  values: Readonly<Record<string, unknown>>;
  /** Other values of these keys that make it too, and that a file keeps. */
  alike?: Readonly<Record<string, readonly unknown[]>>;
}

/** One value to choose. */
export interface Choice {
  value: string;
  /** The answer, where several choices have the same. */
  means?: string;
  /** What is behind it: size, price, place. */
  about?: string;
  /** One more sentence, for the choice that is looked at. */
  more?: string;
  /** Why it cannot be taken. */
  refused?: string;
  /** Keys of the profile that come with it; undefined takes a value back. */
  values?: Readonly<Record<string, unknown>>;
}

/** What a question works with. */
export interface Asked {
  host: Host;
  found: Found;
  /** The profile by all answers so far. */
  profile: Profile;
  signal: AbortSignal;
}

/** A value that nobody gave. */
export interface Proposal {
  value: unknown;
  /** Where it was seen, or why it fits. */
  why: string;
}

/** One key of the profile that the wizard asks. */
export interface Question {
  key: string;
  /** Without the dashes. */
  flag: string;
  title: string;
  /** Without an answer there is no profile. */
  isRequired?: true;
  /** Asked on a terminal even where a proposal fits. */
  isAsked?: true;
  /** More of it make room for a class. */
  grows?: true;
  /** Parted by commas. */
  isList?: true;
  /** What a typed text means, where there is another way to say it. */
  meaning?(text: string): string;
  /** Whether it matters to this profile; always if left out. */
  applies?(profile: Profile): boolean;
  propose?(asked: Asked): Promise<Proposal | undefined> | Proposal | undefined;
  /** What can be chosen. Throws Failure where it cannot be known: then the value is typed. */
  choices?(asked: Asked): Promise<Choice[]> | Choice[];
  /** What is wrong with values of the right shape; lines that begin with the key are shown. */
  problems?(profile: Profile): string[];
}

/** How one kind of cluster is set up. */
export interface SetupKind {
  /** Only reads. */
  look?(host: Host, read: Exec): Promise<Found> | Found;
  offers(host: Host, found: Found): Offer[];
  questions: readonly Question[];
  /** What its nodes cost, such as `about 0.21 USD an hour`; left out where nothing is paid. */
  price?(asked: Asked): Promise<string> | string;
}
