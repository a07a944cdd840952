# The second way to build the addon, where there is no cmake: npm brings node-gyp along.
# CMakeLists.txt is the first: keep them alike. package.json says "gypfile": false, or npm
# would run this file by itself at every installation.
{
  'targets': [{
    'target_name': 'heapprof',
    'sources': [
      '<!@(node -p "require(\'fs\').readFileSync(\'native/sources.txt\', \'utf8\').trim()")',
    ],
    'defines': [
      'NAPI_VERSION=9',
      'NAPI_DISABLE_CPP_EXCEPTIONS',
      'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
    ],
    'include_dirs': ['<!(node -p "require(\'node-addon-api\').include_dir")'],
    # Node's own defaults bring the rest: warnings, -fno-exceptions, -fno-rtti.
    'cflags': ['-g1', '-fvisibility=hidden', '-fno-omit-frame-pointer'],
    'cflags_cc': ['-std=c++20', '-fvisibility-inlines-hidden'],
    # Which would come later than ours.
    'cflags_cc!': ['-std=gnu++17', '-std=gnu++20'],
    'conditions': [
      # Node.js unloads an addon with the last environment that uses it. Allocators that have our
      # virtual table live on.
      ['OS=="linux"', { 'ldflags': ['-Wl,-z,nodelete'] }],
    ],
    'xcode_settings': {
      'CLANG_CXX_LANGUAGE_STANDARD': 'c++20',
      'GCC_ENABLE_CPP_EXCEPTIONS': 'NO',
      'GCC_ENABLE_CPP_RTTI': 'NO',
      'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
    },
    'msvs_settings': {
      'VCCLCompilerTool': { 'AdditionalOptions': ['/std:c++20'] },
    },
  }],
}
