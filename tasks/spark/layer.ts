// A job's own image: the Spark image and a layer with its packages, jars and files.

/** Where the image has what a job brings. A volume at /opt/spark/job itself would hide it. */
export const layerPlaces = {
  /** On PYTHONPATH. */
  python: '/opt/spark/job/python',
  jars: '/opt/spark/job/jars',
  files: '/opt/spark/job/files',
} as const;

/** What goes on top of the Spark image. */
export interface Layer {
  /** Files and folders: the path on this machine, and the absolute one in the image. */
  files: { from: string; to: string }[];
  /** Lines of a requirements file; `-r FILE` names one, from the current folder if not absolute. */
  pip: string[];
  /** `group:artifact:version`, as spark-submit's --packages has them. */
  maven: string[];
}
