using MuSc.Features.Backbones;

namespace MuSc.Grains.Storage;

/// <summary>Which files of the silos' machines a job may name: those below folders that the operator lists, links followed, and what was sent or installed.</summary>
public static class ListedRoots
{
    /// <summary>In place of a folder: every file.</summary>
    public const string Any = "*";

    /// <summary>Checks all that a job names.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="options">The operator's folders.</param>
    /// <exception cref="JobException">Something lies elsewhere.</exception>
    public static void Check(ScoringJobSpec spec, MuScOptions options)
    {
        CheckBackbone(spec.Backbone, options.BackboneRoots);
        foreach (string path in Inputs(spec))
        {
            CheckInput(path, options);
        }
    }

    /// <summary>Checks a file that a job reads.</summary>
    /// <exception cref="JobException">It lies elsewhere.</exception>
    public static void CheckInput(string path, MuScOptions options)
    {
        if (SetFolder.Find(options.ResultsRoot, path) is null)
        {
            CheckFolder(path, options);
        }
    }

    /// <summary>Checks a folder whose images a job reads.</summary>
    /// <exception cref="JobException">It lies elsewhere.</exception>
    public static void CheckFolder(string path, MuScOptions options)
    {
        if (SetFolder.IsAmong(options.ResultsRoot, path) || !IsBelow(path, options.InputRoots))
        {
            throw new JobException(
                JobErrorKind.Usage,
                $"The input '{path}' does not lie below a folder from which jobs may read: send images along with --upload, or have their folder listed in {MuScOptions.Section}:{nameof(MuScOptions.InputRoots)}.");
        }
    }

    /// <summary>All files that a job reads images or tokens from.</summary>
    public static IEnumerable<string> Inputs(ScoringJobSpec spec) =>
        spec.Images.Concat(spec.References).Select(image => image.Path).Concat(new[] { spec.TokensFile, spec.ClassTokensFile }.OfType<string>());

    // A network is a program: even where any image may be read, not everybody's network is to run.
    private static void CheckBackbone(string nameOrPath, IEnumerable<string> roots)
    {
        bool isName = PathRules.IsIdentifier(nameOrPath) && !nameOrPath.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);
        if (!isName && !(File.Exists(nameOrPath) && IsBelow(nameOrPath, [BackboneFolder.Installed, .. roots])))
        {
            throw new JobException(
                JobErrorKind.Usage,
                $"The backbone '{nameOrPath}' is neither the name of an installed one nor a file that jobs may use: copy it to {BackboneFolder.Installed}, or have its folder listed in {MuScOptions.Section}:{nameof(MuScOptions.BackboneRoots)}.");
        }
    }

    private static bool IsBelow(string path, ICollection<string> roots) =>
        Path.IsPathFullyQualified(path) && (roots.Contains(Any) || RealPath.IsBelow(path, roots));
}
