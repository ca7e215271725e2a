// What an API server's audit log reports those who change something.
import { readFileSync } from 'node:fs';

export interface AuditEvent {
  verb: string;
  requestURI: string;
  user: { username: string };
  userAgent?: string;
  objectRef?: { apiGroup?: string; namespace?: string; resource?: string; name?: string; subresource?: string };
  responseStatus?: { code?: number };
}

const eventsOf = (auditLog: string): AuditEvent[] =>
  readFileSync(auditLog, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditEvent);

const writeVerbs = ['create', 'update', 'patch', 'delete', 'deletecollection'];

const isDryRun = (requestURI: string): boolean => /[?&]dryRun=All\b/.test(requestURI);

/**
 * Requests of this kind that could have changed something, as `verb path`; questions to the authorizer and
 * requests with dryRun=All change nothing.
 */
export const changingRequests = (auditLog: string, isMeant: (event: AuditEvent) => boolean): string[] =>
  eventsOf(auditLog)
    .filter(({ verb }) => !['get', 'list', 'watch'].includes(verb))
    .filter(({ objectRef }) => objectRef?.apiGroup !== 'authorization.k8s.io')
    .filter(({ requestURI }) => !isDryRun(requestURI))
    .filter(isMeant)
    .map(({ verb, requestURI }) => `${verb} ${requestURI}`);

/** What these requests wrote, as `create configmaps spark/settings`. */
export const writesIn = (auditLog: string, isMeant: (event: AuditEvent) => boolean): string[] =>
  eventsOf(auditLog)
    .filter(({ verb, requestURI }) => writeVerbs.includes(verb) && !isDryRun(requestURI))
    .filter(({ objectRef }) => objectRef?.apiGroup !== 'authorization.k8s.io')
    .filter(isMeant)
    .map(({ verb, objectRef: { resource, namespace, name } = {}, responseStatus }) => {
      const action = verb === 'delete' ? verb : responseStatus?.code === 201 ? 'create' : 'change';
      return `${action} ${resource} ${resource === 'namespaces' ? '' : `${namespace}/`}${name}`;
    });

/** What a user requested and got, as `verb resource`, and what it was refused, as `verb path`. */
export function usedRights(auditLog: string, username: string): { used: string[]; refused: string[] } {
  const own = eventsOf(auditLog).filter(({ user }) => user.username === username);
  const isRefused = ({ responseStatus }: AuditEvent) => [401, 403].includes(responseStatus?.code ?? 0);
  const shown = ({ verb, objectRef }: AuditEvent) =>
    `${verb} ${[objectRef?.resource, objectRef?.subresource].filter(Boolean).join('/')}`;
  return {
    used: [...new Set(own.filter((event) => !isRefused(event)).map(shown))].sort(),
    refused: own.filter(isRefused).map(({ verb, requestURI }) => `${verb} ${requestURI}`),
  };
}
