# Every library that ganvas links, found where Debian and the torch wheel put it. Versions and reasons: README.md here.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(LibTorch REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)

function(ganvas_pkg name)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${ARGN})
  # -pthread defines a macro, with which the precompiled header would not fit any more; Threads::Threads links the rest.
  set_property(TARGET PkgConfig::${name} PROPERTY INTERFACE_COMPILE_OPTIONS "")
  add_library(dep_${name} INTERFACE)
  target_link_libraries(dep_${name} INTERFACE PkgConfig::${name})
endfunction()

ganvas_pkg(cairo cairo)
ganvas_pkg(crypto libcrypto)
ganvas_pkg(av libavformat libavcodec libavfilter libavutil libswscale)
ganvas_pkg(png libpng)
ganvas_pkg(jpeg libturbojpeg)
ganvas_pkg(webp libwebp libwebpdemux libwebpmux)
ganvas_pkg(zip libzip)
ganvas_pkg(zlib zlib)
ganvas_pkg(zstd libzstd)
ganvas_pkg(glfw glfw3)
ganvas_pkg(epoxy epoxy)
ganvas_pkg(egl egl)
ganvas_pkg(imgui imgui)
ganvas_pkg(osc liblo)
ganvas_pkg(midi rtmidi)
ganvas_pkg(sound sndfile portaudio-2.0)

find_library(GANVAS_GIF gif REQUIRED)
add_library(dep_gif INTERFACE)
target_link_libraries(dep_gif INTERFACE ${GANVAS_GIF})
# Debian's imgui.pc names <prefix>/include/imgui; its backends live one folder below.
target_include_directories(dep_imgui INTERFACE /usr/include/imgui /usr/include/imgui/backends)
# The archive calls GLFW, which imgui.pc does not name. Only a library target tells CMake to put GLFW behind it.
get_target_property(imgui_others PkgConfig::imgui INTERFACE_LINK_LIBRARIES)
list(POP_FRONT imgui_others imgui_archive_file)
add_library(imgui_archive STATIC IMPORTED)
set_target_properties(imgui_archive PROPERTIES IMPORTED_LOCATION ${imgui_archive_file}
  INTERFACE_LINK_LIBRARIES "${imgui_others};PkgConfig::glfw")
set_property(TARGET PkgConfig::imgui PROPERTY INTERFACE_LINK_LIBRARIES imgui_archive)

if(GANVAS_CUDA)
  enable_language(CUDA)
  set(CMAKE_CUDA_STANDARD 20)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)
  find_package(CUDAToolkit REQUIRED)
endif()

if(GANVAS_TESTS)
  find_package(GTest REQUIRED)
endif()
