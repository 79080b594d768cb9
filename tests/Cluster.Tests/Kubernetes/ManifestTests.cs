using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace MuSc.Cluster.Tests.Kubernetes;

/// <summary>k8s/, read strictly into Kubernetes' own types, and held against rules and the code that it configures. Nothing here runs on a cluster.</summary>
public sealed partial class ManifestTests
{
    private const string Base = "base";

    public static TheoryData<string> Clusters => [Base, "overlays/gpu", "overlays/local", "overlays/operators", "overlays/single"];

    // A mistake in the base's objects, and what is said of it.
    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "path: /health/ready", "path: /healthz", "musc-coordinator: the program answers the probe /health/ready on the port 'health', not /healthz" },
        { "targetPort: gateway", "targetPort: gatway", "musc-gateway: a pod has no port gatway." },
        { "maxUnavailable: 1\n  selector", "minAvailable: 3\n  selector", "musc-coordinator: of 3 pods none may be evicted" },
        { "secretName: musc-keys", "secretName: musc-key", "musc-coordinator: there is no Secret musc-key." },
        { "name: MuSc__Roles", "name: MuSc__Role", "the program has no setting MuSc__Role." },
        { "value: score\n", "value: scores\n", "musc-scorer: MuSc:Roles is 'scores'" },
        { "claimName: musc-results", "claimName: musc-result", "there is no PersistentVolumeClaim musc-result." },
        { "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "writes only to its mounts" },
        { "sizeLimit: 50Gi", "sizeLimit: 500Gi", "musc-extractor: it asks for 54760833024 bytes of ephemeral storage" },
        { "image: musc-cluster:0.1.0", "image: musc-cluster:latest", "the image musc-cluster:latest is not of the version" },
        { "terminationGracePeriodSeconds: 150", "terminationGracePeriodSeconds: 30", "takes up to 120 s to end, and is given 30." },
    };

    [KubectlTheory]
    [MemberData(nameof(Clusters))]
    public async Task Cluster_KeepsAllRules(string folder) => Assert.Empty(new ManifestRules(Manifests.Read(await Manifests.RenderAsync(folder))).Problems());

    [KubectlTheory]
    [MemberData(nameof(Mistakes))]
    public async Task Mistake_IsNamed(string right, string wrong, string said)
    {
        string text = await Manifests.RenderAsync(Base);
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.Contains(
            new ManifestRules(Manifests.Read(text.Replace(right, wrong, StringComparison.Ordinal))).Problems(), problem => problem.Contains(said, StringComparison.Ordinal));
    }

    [KubectlTheory]
    [InlineData("periodSeconds: 10", "periodSecond: 10", "periodSecond")]
    [InlineData("readOnlyRootFilesystem: true", "readOnlyRootFileSystem: true", "readOnlyRootFileSystem")]
    public async Task FieldThatIsNone_IsNamed(string right, string wrong, string field)
    {
        string text = await Manifests.RenderAsync(Base);
        YamlException error = Assert.ThrowsAny<YamlException>(() => Manifests.Read(text.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Contains(field, $"{error.Message} {error.InnerException?.Message}", StringComparison.Ordinal);
    }

    [KubectlTheory]
    [InlineData("backbones")]
    public async Task JobThatPullsABackbone_IsReadStrictly(string folder) => Assert.Single(Manifests.Read(await Manifests.RenderAsync(folder)));

    [Fact]
    public void Images_BuildTheProgram_OnBasesOfOneVersion()
    {
        foreach (string file in Directory.GetFiles(Path.Combine([Shared.Root, "k8s", "images"])))
        {
            string text = File.ReadAllText(file);
            Assert.Contains("dotnet publish src/Cli", text, StringComparison.Ordinal);
            Assert.Contains("USER 10001", text, StringComparison.Ordinal);
            Assert.All(From().Matches(text), image => Assert.Matches(@":\d+\.\d+\.\d+", image.Groups[1].Value));
            Assert.Equal(file.EndsWith("cuda", StringComparison.Ordinal), text.Contains("-p:Gpu=true", StringComparison.Ordinal));
        }
    }

    [GeneratedRegex(@"^FROM (\S+)", RegexOptions.Multiline)]
    private static partial Regex From();
}
