// The platforms for which there are executables.

/** Our names of platforms to Bun's. */
export const PLATFORMS = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-aarch64',
  'linux-x64-musl': 'linux-x64-musl',
  'linux-arm64-musl': 'linux-aarch64-musl',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-aarch64',
  'win-x64': 'windows-x64',
};

/** This machine's platform, by our name. */
export function hostPlatform() {
  const libc = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime ? '-musl' : '';
  return `${process.platform.replace('win32', 'win')}-${process.arch}${libc}`;
}
