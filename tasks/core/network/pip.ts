// Settings of this machine's pip that firesteel does not take over.

/**
 * Variables for a pip that fills a folder of firesteel. A person's PIP_USER and PIP_REQUIRE_VIRTUALENV, or the same in
 * pip.conf, would end it; all other settings hold, such as indexes and proxies.
 */
export const pipSettings = ['PIP_USER=0', 'PIP_REQUIRE_VIRTUALENV=0', 'PIP_ROOT_USER_ACTION=ignore'] as const;
