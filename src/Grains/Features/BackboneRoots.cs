using MuSc.Features.Backbones;

namespace MuSc.Grains.Features;

/// <summary>Which backbones a job may name: a network is a program, and not everybody's is to run here.</summary>
internal static class BackboneRoots
{
    /// <summary>Admits an installed backbone's name, or a file below one of the operator's folders or that of the installed ones.</summary>
    /// <param name="nameOrPath">What the job names.</param>
    /// <param name="roots">The operator's folders.</param>
    /// <exception cref="JobException">It is neither.</exception>
    public static void Check(string nameOrPath, IEnumerable<string> roots)
    {
        bool isName = PathRules.IsIdentifier(nameOrPath) && !nameOrPath.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);
        if (!isName && !(Path.IsPathFullyQualified(nameOrPath) && File.Exists(nameOrPath) && RealPath.IsBelow(nameOrPath, [BackboneFolder.Installed, .. roots])))
        {
            throw new JobException(
                JobErrorKind.Usage,
                $"The backbone '{nameOrPath}' is neither the name of an installed one nor a file that jobs may use: copy it to {BackboneFolder.Installed}, or have its folder listed in {MuScOptions.Section}:{nameof(MuScOptions.BackboneRoots)}.");
        }
    }
}
