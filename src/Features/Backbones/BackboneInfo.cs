using MuSc.Features.Images;

namespace MuSc.Features.Backbones;

/// <summary>What a backbone's file says about itself: everything the program knows of a network.</summary>
public sealed record BackboneInfo
{
    /// <summary>The network's name.</summary>
    public required string Name { get; init; }

    /// <summary>The ONNX file.</summary>
    public required string Path { get; init; }

    /// <summary>Side of a patch in pixels; the side of an input image is a multiple of it.</summary>
    public required int Patch { get; init; }

    /// <summary>Side of an input image in pixels, unless another is asked for.</summary>
    public required int DefaultSize { get; init; }

    /// <summary>Means of red, green and blue over 0 … 1.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Standard deviations of red, green and blue over 0 … 1.</summary>
    public required IReadOnlyList<float> Deviation { get; init; }

    /// <summary>How an image is resized.</summary>
    public required ResizeFilter Resize { get; init; }

    /// <summary>Where the weights come from.</summary>
    public required string Source { get; init; }

    /// <summary>The licence of the weights.</summary>
    public required string Licence { get; init; }

    /// <summary>How many stages the network gives, L.</summary>
    public required int Stages { get; init; }

    /// <summary>Whether the network gives class tokens.</summary>
    public required bool HasClassToken { get; init; }

    /// <summary>SHA-256 of the file, or of it and its file of weights one after the other; 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>Where backbones lie that are called by name.</summary>
public static class BackboneFolder
{
    /// <summary>The name of the backbone that travels with the program.</summary>
    public const string BuiltIn = "compact";

    /// <summary>The folder of installed backbones: the environment variable <c>MUSC_HOME</c>, else <c>~/.cache/musc</c>. It need not exist.</summary>
    public static string Installed => Environment.GetEnvironmentVariable("MUSC_HOME") is { Length: > 0 } home
        ? Path.GetFullPath(home)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "musc");

    /// <summary>The names that can be used: the built-in one, then the installed ones in order.</summary>
    public static IReadOnlyList<string> Names() =>
    [
        BuiltIn,
        .. (Directory.Exists(Installed) ? Directory.EnumerateFiles(Installed, "*.onnx") : [])
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => name != BuiltIn)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The file of a backbone.</summary>
    /// <param name="nameOrPath">A name; or a file, which has a folder before it or <c>.onnx</c> behind it.</param>
    /// <exception cref="BackboneException">There is no such file.</exception>
    public static string Locate(string nameOrPath)
    {
        bool isPath = Path.GetFileName(nameOrPath) != nameOrPath || nameOrPath.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);
        string path = isPath ? Path.GetFullPath(nameOrPath)
            : nameOrPath == BuiltIn ? Path.Combine(AppContext.BaseDirectory, "models", $"{BuiltIn}.onnx")
            : Path.Combine(Installed, $"{nameOrPath}.onnx");
        if (File.Exists(path))
        {
            return path;
        }

        throw new BackboneException(isPath
            ? $"There is no backbone file {path}."
            : $"There is no backbone '{nameOrPath}' ({path} is absent); there are: {string.Join(", ", Names())}. Give one of these or an ONNX file.");
    }
}
