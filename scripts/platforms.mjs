// The platforms for which there are executables.

/**
 * What the executable of each is made with: `zig`, its name of a platform for the small one (native/README.md), which is shipped where it is; else
 * `bun`, the name of the runtime's platform.
 */
export const PLATFORMS = {
  'linux-x64': { zig: 'x86_64-linux-musl', bun: 'linux-x64' },
  'linux-arm64': { zig: 'aarch64-linux-musl', bun: 'linux-aarch64' },
  'darwin-x64': { bun: 'darwin-x64' },
  'darwin-arm64': { bun: 'darwin-aarch64' },
  'win-x64': { bun: 'windows-x64' },
};

/** This machine's platform, by our name. */
export const hostPlatform = () => `${process.platform.replace('win32', 'win')}-${process.arch}`;
