// Reads collections of objects page by page, so that no answer is too large for a server.
import type { Transport } from './transport/transport.ts';
import type { Collection, Manifest } from './types.ts';
import type { Listing } from './watch.ts';

const pageSize = 500;

interface PageAnswer {
  metadata: { continue?: string; resourceVersion: string };
  items: Manifest[];
}

interface Page {
  items: Manifest[];
  resourceVersion: string;
  /** What asks for the next one, if there is one. */
  next: string | undefined;
}

/** Both read what is at `path`, and begin again where pages that are left have become too old. */
export function createPages(transport: Transport) {
  /** Undefined where those that are left have become too old. */
  async function readPage(path: string, collection: Collection, after: string | undefined): Promise<Page | undefined> {
    const { apiVersion, kind, labelSelector, fieldSelector } = collection;
    const { httpStatus, body } = await transport.send({
      what: `list ${kind} objects`,
      method: 'GET',
      path,
      query: { labelSelector, fieldSelector, limit: pageSize, continue: after },
      accept: [410],
    });
    if (httpStatus === 410) return undefined;
    const { metadata, items } = JSON.parse(body) as PageAnswer;
    return {
      items: items.map((item) => ({ ...item, apiVersion, kind })),
      resourceVersion: metadata.resourceVersion,
      next: metadata.continue || undefined,
    };
  }

  async function* pagesAt(path: string, collection: Collection): AsyncGenerator<Manifest[]> {
    let next: string | undefined;
    do {
      const page = await readPage(path, collection, next);
      next = page?.next;
      if (!page) yield* pagesAt(path, collection);
      else yield page.items;
    } while (next);
  }

  async function listAt(path: string, collection: Collection): Promise<Listing> {
    const items: Manifest[] = [];
    for (let next: string | undefined; ; ) {
      const page = await readPage(path, collection, next);
      if (!page) return listAt(path, collection);
      items.push(...page.items);
      next = page.next;
      if (!next) return { items, resourceVersion: page.resourceVersion };
    }
  }

  return { pagesAt, listAt };
}
