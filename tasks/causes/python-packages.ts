// Finds the package of PyPI that has a Python module. Pure.

/** Packages with another name than their module. */
const packages: Readonly<Record<string, string>> = {
  Crypto: 'pycryptodome',
  OpenSSL: 'pyOpenSSL',
  PIL: 'pillow',
  attr: 'attrs',
  bs4: 'beautifulsoup4',
  cv2: 'opencv-python-headless',
  dateutil: 'python-dateutil',
  delta: 'delta-spark',
  distutils: 'setuptools',
  docx: 'python-docx',
  dotenv: 'python-dotenv',
  fitz: 'PyMuPDF',
  git: 'GitPython',
  graphframes: 'graphframes-py',
  jwt: 'PyJWT',
  magic: 'python-magic',
  // Newer ones are without.
  pkg_resources: "'setuptools<82'",
  psycopg2: 'psycopg2-binary',
  pytables: 'tables',
  sedona: 'apache-sedona',
  serial: 'pyserial',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  yaml: 'PyYAML',
  zmq: 'pyzmq',
};

/** The package that `--requirements` takes for this module, such as scikit-learn for sklearn.svm. */
export function packageOf(module: string): string {
  const [top = module, ...below] = module.split('.');
  if (top !== 'google') return packages[top] ?? top;
  // Many packages share this module; Python names it alone where none of them is there.
  return below[0] === 'protobuf'
    ? 'protobuf'
    : ['google', ...(below.length > 0 ? below.slice(0, 2) : ['cloud', '…'])].join('-');
}
