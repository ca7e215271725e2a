// What a request to one of Google's REST APIs is, apart from what performs it. Types only.

/** One request; `url` is whole, such as https://artifactregistry.googleapis.com/v1/projects/p/locations/l/repositories. */
export interface RestRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  url: string;
  /** Sent as JSON. */
  body?: unknown;
}

/**
 * Performs a request as the application-default credentials and answers the parsed body. What is not there (404) answers
 * undefined; every other refusal throws a Failure with the message of the answer
 * (https://cloud.google.com/apis/design/errors) as its own.
 */
export type GoogleRest = (request: RestRequest) => Promise<unknown>;
