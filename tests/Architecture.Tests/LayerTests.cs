using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using Assembly = System.Reflection.Assembly;

namespace MuSc.Architecture.Tests;

/// <summary>The layers of docs/architecture.md: who may use whom, between projects and between the folders of Engine and of Web.</summary>
public sealed class LayerTests
{
    // Each may use itself and what stands after it here.
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["MuSc.Contracts"] = [],
        ["MuSc.Scoring"] = ["MuSc.Contracts"],
        ["MuSc.Scoring.Gpu"] = ["MuSc.Contracts", "MuSc.Scoring"],
        ["MuSc.Features"] = ["MuSc.Contracts", "MuSc.Scoring"],
        ["MuSc.Engine"] = ["MuSc.Contracts", "MuSc.Scoring", "MuSc.Scoring.Gpu", "MuSc.Features"],
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
        ["Overlays"] = [],
        ["Report"] = ["Overlays"],
        ["Results"] = ["Files", "Inputs", "Tokens", "Plan", "Report", "Overlays"],
        ["Exports"] = ["Overlays", "Files", "Results"],
        ["Galleries"] = ["Files", "Inputs", "Tokens", "Tiles", "Results"],
        ["Local"] = ["Files", "Inputs", "Tokens", "Tiles", "Plan", "Results", "Galleries"],
    };

    private static readonly Dictionary<string, string[]> WebFolders = new()
    {
        ["Problems"] = [],
        ["Access"] = ["Problems"],
        ["Api"] = ["Access", "Problems"],
        ["Pages"] = ["Access", "Api", "Problems"],
    };

    private static readonly ArchUnitNET.Domain.Architecture Program = new ArchLoader().LoadAssemblies([.. Projects.Keys.Select(Assembly.Load)]).Build();

    public static TheoryData<string> AllProjects => [.. Projects.Keys];

    public static TheoryData<string, string> AllFolders
    {
        get
        {
            TheoryData<string, string> folders = [];
            foreach ((string project, Dictionary<string, string[]> known) in Folders)
            {
                known.Keys.ToList().ForEach(folder => folders.Add(project, folder));
            }

            return folders;
        }
    }

    private static Dictionary<string, Dictionary<string, string[]>> Folders => new() { ["Engine"] = EngineFolders, ["Web"] = WebFolders };

    [Theory]
    [MemberData(nameof(AllProjects))]
    public void Project_UsesOnlyTheLayersBelow(string project)
    {
        string[] references = [.. Assembly.Load(project).GetReferencedAssemblies()
            .Select(reference => reference.Name!).Where(name => name.StartsWith("MuSc.", StringComparison.Ordinal))];
        Assert.Empty(references.Except(Projects[project]));
    }

    [Theory]
    [MemberData(nameof(AllFolders))]
    public void Folder_UsesOnlyTheFoldersBelow(string project, string folder)
    {
        HashSet<string> allowed = [folder, .. Folders[project][folder]];
        string[] broken = [.. Types().That().ResideInNamespace($"MuSc.{project}.{folder}").GetObjects(Program)
            .SelectMany(type => type.Dependencies)
            .Where(use => FolderOf(project, use.Target) is { } other && !allowed.Contains(other))
            .Select(use => $"{use.Origin.FullName} uses {use.Target.FullName}").Distinct()];
        Assert.Empty(broken);
    }

    [Fact]
    public void Folders_AreAllListed() => Assert.All(Folders, project => Assert.Empty(
        Types().That().ResideInAssembly(Assembly.Load($"MuSc.{project.Key}")).GetObjects(Program)
            .Select(type => FolderOf(project.Key, type)).OfType<string>().Distinct().Except(project.Value.Keys)));

    // A type's folder in a project; null for types from elsewhere.
    private static string? FolderOf(string project, IType type) =>
        type.FullName.Split('.') is ["MuSc", var other, var folder, _, ..] && other == project ? folder : null;
}
