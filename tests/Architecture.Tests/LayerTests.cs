using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using Assembly = System.Reflection.Assembly;

namespace MuSc.Architecture.Tests;

/// <summary>The layers of docs/architecture.md: who may use whom, between projects and between the folders of the engine.</summary>
public sealed class LayerTests
{
    // Each may use itself and what stands after it here.
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["MuSc.Contracts"] = [],
        ["MuSc.Scoring"] = ["MuSc.Contracts"],
        ["MuSc.Features"] = ["MuSc.Contracts", "MuSc.Scoring"],
        ["MuSc.Engine"] = ["MuSc.Contracts", "MuSc.Scoring", "MuSc.Features"],
        ["MuSc.Evaluation"] = ["MuSc.Contracts", "MuSc.Scoring", "MuSc.Features", "MuSc.Engine"],
        ["MuSc.Grains.Interfaces"] = ["MuSc.Contracts"],
        ["MuSc.Client"] = ["MuSc.Contracts", "MuSc.Grains.Interfaces"],
        ["MuSc.Grains"] = ["MuSc.Contracts", "MuSc.Scoring", "MuSc.Features", "MuSc.Engine", "MuSc.Grains.Interfaces"],
        ["MuSc.Web"] = ["MuSc.Contracts", "MuSc.Scoring", "MuSc.Features", "MuSc.Engine"],
        ["MuSc.Silo"] = ["MuSc.Contracts", "MuSc.Scoring", "MuSc.Features", "MuSc.Engine", "MuSc.Grains.Interfaces", "MuSc.Grains", "MuSc.Client", "MuSc.Web"],
    };

    private static readonly Dictionary<string, string[]> EngineFolders = new()
    {
        ["Files"] = [],
        ["Inputs"] = ["Files"],
        ["Tokens"] = ["Files"],
        ["Tiles"] = ["Files", "Tokens"],
        ["Plan"] = ["Files", "Inputs", "Tokens", "Tiles"],
        ["Report"] = [],
        ["Overlays"] = [],
        ["Results"] = ["Files", "Inputs", "Tokens", "Plan", "Report", "Overlays"],
        ["Local"] = ["Files", "Inputs", "Tokens", "Tiles", "Plan", "Results"],
    };

    private static readonly ArchUnitNET.Domain.Architecture Program = new ArchLoader().LoadAssemblies([.. Projects.Keys.Select(Assembly.Load)]).Build();

    public static TheoryData<string> AllProjects => [.. Projects.Keys];

    public static TheoryData<string> AllEngineFolders => [.. EngineFolders.Keys];

    [Theory]
    [MemberData(nameof(AllProjects))]
    public void Project_UsesOnlyTheLayersBelow(string project)
    {
        string[] references = [.. Assembly.Load(project).GetReferencedAssemblies()
            .Select(reference => reference.Name!).Where(name => name.StartsWith("MuSc.", StringComparison.Ordinal))];
        Assert.Empty(references.Except(Projects[project]));
    }

    [Theory]
    [MemberData(nameof(AllEngineFolders))]
    public void EngineFolder_UsesOnlyTheFoldersBelow(string folder)
    {
        HashSet<string> allowed = [folder, .. EngineFolders[folder]];
        string[] broken = [.. Types().That().ResideInNamespace($"MuSc.Engine.{folder}").GetObjects(Program)
            .SelectMany(type => type.Dependencies)
            .Where(use => FolderOf(use.Target) is { } other && !allowed.Contains(other))
            .Select(use => $"{use.Origin.FullName} uses {use.Target.FullName}").Distinct()];
        Assert.Empty(broken);
    }

    [Fact]
    public void EngineFolders_AreAllListed() =>
        Assert.Empty(Types().That().ResideInAssembly(Assembly.Load("MuSc.Engine")).GetObjects(Program)
            .Select(FolderOf).OfType<string>().Distinct().Except(EngineFolders.Keys));

    // A type's folder in the engine; null for types from elsewhere.
    private static string? FolderOf(IType type) => type.FullName.Split('.') is ["MuSc", "Engine", var folder, _, ..] ? folder : null;
}
