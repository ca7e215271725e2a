// What an API server's audit log tells of those who change something.
import { readFileSync } from 'node:fs';

export interface AuditEvent {
  verb: string;
  requestURI: string;
  user: { username: string };
  userAgent?: string;
  objectRef?: { apiGroup?: string; namespace?: string };
}

/** Requests of this kind that could have changed something, as `verb path`; questions to the authorizer change nothing. */
export const changingRequests = (auditLog: string, isMeant: (event: AuditEvent) => boolean): string[] =>
  readFileSync(auditLog, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(({ verb }) => !['get', 'list', 'watch'].includes(verb))
    .filter(({ objectRef }) => objectRef?.apiGroup !== 'authorization.k8s.io')
    .filter(isMeant)
    .map(({ verb, requestURI }) => `${verb} ${requestURI}`);
