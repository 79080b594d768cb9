using System.Text.RegularExpressions;

namespace MuSc.Engine.Report;

/// <summary>
/// Styles and scripts of the gallery, built in as resources: the report holds them in itself, and a server serves them to its pages.
/// </summary>
public static partial class ReportAssets
{
    private const string Prefix = "MuSc.Engine.Report.";

    /// <summary>Opens a file of this folder, such as <c>gallery.js</c>.</summary>
    /// <returns>Its bytes; null where there is none.</returns>
    public static Stream? Open(string name) => typeof(ReportAssets).Assembly.GetManifestResourceStream(Prefix + name);

    /// <summary>Style sheets one after the other.</summary>
    internal static string Styles(params IEnumerable<string> names) => string.Concat(names.Select(Read));

    /// <summary>Modules as one, each after those that it imports.</summary>
    internal static string Script(params IEnumerable<string> names) => Linking().Replace(string.Concat(names.Select(Read)), "");

    private static string Read(string name)
    {
        using StreamReader reader = new(Open(name) ?? throw new InvalidOperationException($"The program was built without its resource {name}."));
        return reader.ReadToEnd();
    }

    // In one script all names are known: imports are left out, and what is exported is merely declared.
    [GeneratedRegex("""^(import .* from "\./[a-z]+\.js";\r?\n|export )""", RegexOptions.Multiline)]
    private static partial Regex Linking();
}
