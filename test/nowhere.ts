// A kubeconfig whose server does not answer: enough for a dry run, also without root.

/** Its context has the name nowhere. */
export const nowhere = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: nowhere, context: {cluster: c, user: u}}]
`;
