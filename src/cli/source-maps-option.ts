import { Option } from 'commander';

/** The option of commands that show frames. */
export function sourceMapsOption(): Option {
  return new Option(
    '--source-maps [folder]',
    'show frames in their original sources: by the maps that their files name, or by those in a folder',
  );
}
