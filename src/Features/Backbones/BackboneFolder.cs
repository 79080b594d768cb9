namespace MuSc.Features.Backbones;

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
    /// <param name="nameOrPath">A name; or a file, told by a folder before it or <c>.onnx</c> behind it.</param>
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
