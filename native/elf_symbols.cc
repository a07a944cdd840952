#include "elf_symbols.h"

#ifdef __linux__
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <string>
#endif

namespace heapprof {

#ifdef __linux__
namespace {

struct Module {
  uintptr_t address;  // of a function that the module has
  std::string path;
  uintptr_t load_bias = 0;  // what is added to the addresses in the file
};

int FindModule(dl_phdr_info* info, size_t, void* data) {
  auto* module = static_cast<Module*>(data);
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    const uintptr_t begin = info->dlpi_addr + header.p_vaddr;
    if (header.p_type == PT_LOAD && module->address >= begin &&
        module->address < begin + header.p_memsz) {
      // The executable has no name here, and may have been moved since it was started.
      module->path = info->dlpi_name[0] ? info->dlpi_name : "/proc/self/exe";
      module->load_bias = info->dlpi_addr;
      return 1;
    }
  }
  return 0;
}

// A file, mapped for reading.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    struct stat status;
    if (fstat(descriptor, &status) == 0 && status.st_size > 0) {
      void* memory =
          mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0);
      if (memory != MAP_FAILED) {
        data_ = static_cast<const uint8_t*>(memory);
        size_ = static_cast<size_t>(status.st_size);
      }
    }
    close(descriptor);
  }
  ~MappedFile() {
    if (data_) munmap(const_cast<uint8_t*>(data_), size_);
  }

  // `count` objects at `offset`, or null where the file does not reach.
  template <class T>
  const T* At(uint64_t offset, uint64_t count = 1) const {
    if (offset > size_ || count > (size_ - offset) / sizeof(T)) return nullptr;
    return reinterpret_cast<const T*>(data_ + offset);
  }

 private:
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

void FindInTable(const MappedFile& file, const ElfW(Shdr) & table, const ElfW(Shdr) & strings,
                 uintptr_t load_bias, std::span<const std::string_view> names,
                 std::vector<uintptr_t>* addresses) {
  const uint64_t count = table.sh_size / sizeof(ElfW(Sym));
  const auto* symbols = file.At<ElfW(Sym)>(table.sh_offset, count);
  const char* text = file.At<char>(strings.sh_offset, strings.sh_size);
  if (!symbols || !text) return;
  for (uint64_t i = 0; i < count; i++) {
    if (symbols[i].st_value == 0) continue;
    for (size_t n = 0; n < names.size(); n++) {
      const uint64_t begin = symbols[i].st_name;
      const std::string_view& name = names[n];
      // Compared with its end, so that a longer name does not pass.
      if (begin + name.size() < strings.sh_size && text[begin + name.size()] == '\0' &&
          memcmp(text + begin, name.data(), name.size()) == 0) {
        (*addresses)[n] = load_bias + symbols[i].st_value;
      }
    }
  }
}

}  // namespace

std::vector<uintptr_t> FindSymbols(const void* known_function,
                                   std::span<const std::string_view> names) {
  std::vector<uintptr_t> addresses(names.size(), 0);
  Module module{reinterpret_cast<uintptr_t>(known_function), ""};
  if (!dl_iterate_phdr(FindModule, &module)) return addresses;
  const MappedFile file(module.path);
  const auto* header = file.At<ElfW(Ehdr)>(0);
  if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return addresses;
  const auto* sections = file.At<ElfW(Shdr)>(header->e_shoff, header->e_shnum);
  if (!sections) return addresses;
  for (const uint32_t type : {SHT_DYNSYM, SHT_SYMTAB}) {
    for (int i = 0; i < header->e_shnum; i++) {
      if (sections[i].sh_type == type && sections[i].sh_link < header->e_shnum) {
        FindInTable(file, sections[i], sections[sections[i].sh_link], module.load_bias, names,
                    &addresses);
      }
    }
  }
  return addresses;
}

#else

std::vector<uintptr_t> FindSymbols(const void*, std::span<const std::string_view> names) {
  return std::vector<uintptr_t>(names.size(), 0);
}

#endif

}  // namespace heapprof
