// Types that the parts of a classroom share: students, keys and seats.

/** One person of the class list. */
export interface Student {
  /** Safe name: a DNS label that begins with a letter, at most 40 characters. Once given it never changes. */
  name: string;
  /** What identifies the person in the list: login, address's local part, id or name. */
  key: string;
  /** As the list shows it, for hand-outs alone: it never reaches the cluster. */
  shown: string;
  email?: string;
  login?: string;
  id?: string;
  group?: string;
}

/** What a student comes in with. Secret, all of it. */
export interface SeatKeys {
  /** 12 characters of Crockford base 32 as XXXX-XXXX-XXXX. */
  code: string;
  /** 32 hex digits: the cookie's value. */
  cookie: string;
  /** Jupyter's token, which the door alone knows: 48 hex digits. */
  token: string;
  /** Counts seats from 0, and with them ports of the door; it stays the same when others come or go. */
  number: number;
}

/** A student's place: namespace CLASS-NAME, notebook server `notebook`, service notebook.NAMESPACE.svc. */
export interface Seat extends Omit<SeatKeys, 'number'> {
  student: string;
  namespace: string;
  /** Host with port as browsers send it, e.g. 192.168.1.20:8443 or ada.class.example.org. */
  host: string;
}
